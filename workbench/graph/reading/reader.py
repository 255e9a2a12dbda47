"""Transactions that only read: with a deadline, and with the offsets that they see."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import polars as pl
from neo4j import ManagedTransaction, unit_of_work

from workbench.graph.driver import RETRY_S, open_driver, open_session, query_text
from workbench.graph.reading.answer import Answer, TopicPartitionKey, frame_of, plain
from workbench.settings.schema import Settings

READ_TIMEOUT_S = 30.0
"""The server ends a read that takes longer: it would be one over the whole graph that nobody waits for."""

T = TypeVar("T")


class Reading:
    """One transaction; see `GraphReader.read`.

    The offsets are read first. What a batch wrote is there once its offsets are (they are committed together), so
    the rows that follow hold at least what those offsets say, even while batches go on being committed.
    """

    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction
        found = transaction.run(query_text("offsets/all"))
        self.reflects: Mapping[TopicPartitionKey, int] = {
            (row["topic"], row["topic_partition"]): row["next_offset"] for row in found
        }

    def rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a query file of ``queries/graph/read``, values as Python's own."""
        return [plain(record.data()) for record in self._transaction.run(query_text(f"read/{name}"), parameters)]

    def frame(self, name: str, **parameters: Any) -> pl.DataFrame:
        """The same as a frame of `workbench.graph.reading.columns.COLUMNS`."""
        return frame_of(name, self.rows(name, **parameters))

    def answer(self, name: str, **parameters: Any) -> Answer:
        """The same with the offsets."""
        return Answer(self.frame(name, **parameters), self.reflects)


class GraphReader:
    """Reads the graph; a context manager, to be shared by threads.

    Parameters
    ----------
    settings : Settings
    connect_s : float, optional
        Seconds to wait for a connection; default ``neo4j.timeout_s``.
    timeout_s : float
        Seconds after which the server ends a transaction.
    retry_s : float
        Seconds for which a transaction that fails for now is tried again: one that reads what is being written may.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        connect_s: float | None = None,
        timeout_s: float = READ_TIMEOUT_S,
        retry_s: float = RETRY_S,
    ) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._driver = open_driver(settings, timeout_s=connect_s, retry_s=retry_s)

    def __enter__(self) -> "GraphReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections."""
        self._driver.close()

    def read(self, doing: str, work: Callable[[Reading], T]) -> T:
        """Run `work` in one read transaction; a transaction that fails for now is tried again for a few seconds.

        Parameters
        ----------
        doing : str
            What is done, for an error's message, e.g. ``read a neighbourhood``.
        work : callable
            Takes a `Reading`; may be called more than once.

        Raises
        ------
        StoreUnavailableError
            When Neo4j does not answer.
        SinkBackpressureError
            When it is there and has no time, memory or connection to give: the read took too long, say.
        """

        @unit_of_work(timeout=self._timeout_s)
        def run(transaction: ManagedTransaction) -> T:
            return work(Reading(transaction))

        with open_session(self._driver, self._settings, doing) as session:
            return session.execute_read(run)


def offsets(reader: GraphReader) -> Mapping[TopicPartitionKey, int]:
    """Topic and partition -> first offset that the graph does not have, now."""
    return reader.read("read offsets", lambda reading: reading.reflects)
