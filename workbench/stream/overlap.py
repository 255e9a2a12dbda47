"""Write one batch while the next is polled and decoded: one write at a time, in a thread of its own.

Order and fencing stay as they are without it: the next write begins after the last one has ended and moved the
offsets, and topic partitions are claimed only while no write is under way.
"""

from concurrent.futures import Future, ThreadPoolExecutor, wait

from workbench.errors import SinkBackpressureError, StoreUnavailableError
from workbench.stream.assignment import Assignment
from workbench.stream.batching import Buffer
from workbench.stream.sink import Positions, TopicPartition
from workbench.stream.writing import BatchWriter, Outcome


class OverlappedWriter:
    """Begins writes and settles them later.

    Parameters
    ----------
    writer : BatchWriter
    name : str
        Of the thread.
    """

    def __init__(self, writer: BatchWriter, name: str) -> None:
        self._writer = writer
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._under_way: Future[Outcome] | None = None
        self._stale = False

    @property
    def busy(self) -> bool:
        """Whether a write is under way, or has ended and is not settled."""
        return self._under_way is not None

    def begin(self, buffer: Buffer, assignment: Assignment) -> None:
        """Begin to write the head of the buffer, if there is any; only when not busy."""
        attempt = self._writer.next(buffer, assignment)
        if attempt is not None:
            self._stale = False
            self._under_way = self._thread.submit(self._writer.attempt, attempt)

    def forget(self) -> None:
        """The buffer was dropped: what comes of the write under way is found out by the next claim."""
        self._stale = True

    def wait(self, timeout_s: float) -> None:
        """Until the write under way has ended, or the time is over."""
        if self._under_way is not None:
            wait([self._under_way], timeout=timeout_s)

    def settle(self, buffer: Buffer, assignment: Assignment) -> dict[TopicPartition, Positions]:
        """Apply the write that has ended; empty while it goes on, or when it moved nothing.

        Raises
        ------
        FencedError
            See `BatchWriter.try_write`.
        """
        ended = self._under_way
        if ended is None or not ended.done():
            return {}
        self._under_way = None
        outcome = ended.result()
        if not self._stale:
            return self._writer.settle(outcome, buffer, assignment)
        if isinstance(outcome.error, StoreUnavailableError | SinkBackpressureError):
            self._writer.hold(outcome.error)
        return {}

    def close(self) -> None:
        """Wait for the write under way: whatever comes next must not meet it in the store."""
        self._thread.shutdown(wait=True)
