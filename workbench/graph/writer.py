"""Batches into the graph: one transaction each, applied once whatever is repeated."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from neo4j import Driver, ManagedTransaction
from neo4j.exceptions import ConstraintError

from workbench.clock import Clock, utc_now
from workbench.events.envelope import Event
from workbench.events.payloads import Payload
from workbench.graph import offsets
from workbench.graph.driver import open_driver, open_session, query_text
from workbench.graph.offsets import OffsetMove, StoredOffset, TopicPartitionKey
from workbench.graph.rows import GraphRows, graph_rows
from workbench.settings.schema import Settings

RACES = 5
"""Attempts when another writer applies the same event between our look and our write; each loss means that it
committed, so that the next look finds its events."""

Events = Sequence[tuple[Event, Payload]]


class GraphWriter:
    """Writes events and offsets; not to be shared by threads.

    Parameters
    ----------
    driver : Driver
        Closed with the writer.
    settings : Settings
        For the database's name.
    clock : Clock
        Gives `recorded_at`.
    """

    def __init__(self, driver: Driver, settings: Settings, *, clock: Clock = utc_now) -> None:
        self._driver = driver
        self._settings = settings
        self._clock = clock

    def close(self) -> None:
        """Give back connections."""
        self._driver.close()

    def claim(self, topic_ids: Mapping[TopicPartitionKey, str]) -> dict[TopicPartitionKey, StoredOffset]:
        """Take over topic partitions; see `workbench.graph.offsets.claim`."""
        with open_session(self._driver, self._settings, "claim topic partitions") as session:
            return session.execute_write(offsets.claim, topic_ids)

    def write(self, events: Events, *, moves: Sequence[OffsetMove] = ()) -> None:
        """Apply events and move offsets in one transaction; a repeated event changes nothing.

        Raises
        ------
        FencedError
            When an offset or epoch is not the expected one.
        StoreRefusedError, StoreUnavailableError
            When nothing was written because of the content, or for now.
        """
        distinct = {event.event_id: (event, payload) for event, payload in events}
        with open_session(self._driver, self._settings, "write a batch") as session:
            self._racing(lambda: session.execute_write(self._apply, distinct, moves))

    @staticmethod
    def _racing(attempt: Callable[[], None]) -> None:
        for number in range(RACES):
            try:
                return attempt()
            except ConstraintError:
                if number + 1 == RACES:
                    raise

    def _apply(
        self, transaction: ManagedTransaction, events: Mapping[str, tuple[Event, Payload]], moves: Sequence[OffsetMove]
    ) -> None:
        offsets.move(transaction, moves)
        known = {row["event_id"] for row in _run(transaction, "applied_events", event_ids=list(events))}
        rows = graph_rows(one for event_id, one in events.items() if event_id not in known)
        if rows.applied:
            self._write_rows(transaction, rows)

    def _write_rows(self, transaction: ManagedTransaction, rows: GraphRows) -> None:
        """Nodes before what hangs on them; relationships are looked up before their events are marked."""
        links, at = rows.relationships, self._clock()
        keys = list(links.relationships)
        known = {row["relationship_key"] for row in _run(transaction, "known_relationships", relationship_keys=keys)}
        around, entities = rows.messages, rows.entities
        _run(transaction, "conversations", recorded_at=at, conversations=list(around.conversations.values()))
        _run(transaction, "sessions", recorded_at=at, sessions=list(around.sessions.values()))
        _run(transaction, "users", recorded_at=at, users=list(around.users.values()))
        _run(transaction, "messages", recorded_at=at, messages=around.messages)
        _run(transaction, "providers", recorded_at=at, providers=list(around.providers.values()))
        _run(transaction, "models", recorded_at=at, models=list(around.models.values()))
        _run(transaction, "generations", recorded_at=at, generations=around.generations)
        _run(transaction, "entities", recorded_at=at, entities=list(entities.entities.values()))
        _run(transaction, "mentions", recorded_at=at, mentions=entities.mentions)
        _run(transaction, "merges", recorded_at=at, merges=entities.merges)
        _run(transaction, "new_relationships", recorded_at=at, relationships=links.new(known))
        _run(transaction, "changed_relationships", relationships=links.changed(known))
        _run(transaction, "mark_applied", events=rows.applied)


def _run(transaction: ManagedTransaction, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of one statement; nothing is sent when its list is empty."""
    if not all(value for value in parameters.values() if isinstance(value, list)):
        return []
    return transaction.run(query_text(f"write/{name}"), parameters).data()


def open_writer(settings: Settings) -> GraphWriter:
    """A writer for the settings' address; nothing is contacted yet."""
    return GraphWriter(open_driver(settings), settings)
