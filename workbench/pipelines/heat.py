"""Tell the segments that windows used them, after the answer's way and not on it."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog

from workbench.clock import utc_now
from workbench.context.layout import Citation
from workbench.database.lifecycle import use_segments
from workbench.database.pool import ConnectionPool
from workbench.database.window import segments_of_turns
from workbench.errors import StoreError

MOST_WAITING = 200
"""Uses that wait to be counted; more are let go: heat is a hint for eviction and nothing that is owed."""

_log = structlog.get_logger(__name__)


class Heat:
    """Counts uses of segments in a thread of its own; for many threads.

    Parameters
    ----------
    pool : ConnectionPool
        In autocommit.
    """

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="heat")
        self._room = threading.BoundedSemaphore(MOST_WAITING)

    def used(self, key: tuple[str, str], citations: Sequence[Citation]) -> None:
        """The turns of these citations were found for a question and shown.

        Parameters
        ----------
        key : tuple of str
            Tenant and conversation.
        citations : sequence of Citation
        """
        sequences = [one.sequence for one in citations if one.sequence]
        if sequences and self._room.acquire(blocking=False):
            self._thread.submit(self._count, key, sequences)

    def _count(self, key: tuple[str, str], sequences: Sequence[int]) -> None:
        tenant_id, conversation_id = key
        try:
            with self._pool.connection("count a use of segments") as connection:
                segments = segments_of_turns(
                    connection, tenant_id, conversation_id=conversation_id, sequences=sequences
                )
                use_segments(
                    connection, tenant_id, conversation_id=conversation_id, segments=segments, used_at=utc_now()
                )
        except StoreError as error:
            _log.warning("uses of segments are not counted", conversation_id=conversation_id, error=str(error))
        finally:
            self._room.release()

    def close(self) -> None:
        """Count what waits, then stop."""
        self._thread.shutdown(wait=True)
