"""Batches into the graph: one transaction each, and the same graph whatever is repeated."""

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
"""Attempts when another writer makes the same node between our look and our write; each loss means that it has
committed, so that the next look finds the node."""

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
        """Apply events and move offsets in one transaction.

        A repeated event changes nothing: messages and mentions are found by their event's id, everything else is a
        minimum, a maximum, or decided by a key.

        Raises
        ------
        FencedError
            When an offset or epoch is not the expected one.
        StoreRefusedError, StoreUnavailableError
            When nothing was written because of the content, or for now.
        """
        distinct = {event.event_id: (event, payload) for event, payload in events}
        rows = graph_rows(distinct.values())
        with open_session(self._driver, self._settings, "write a batch") as session:
            self._racing(lambda: session.execute_write(self._apply, rows, moves))

    @staticmethod
    def _racing(attempt: Callable[[], None]) -> None:
        for number in range(RACES):
            try:
                return attempt()
            except ConstraintError:
                if number + 1 == RACES:
                    raise

    def _apply(self, transaction: ManagedTransaction, rows: GraphRows, moves: Sequence[OffsetMove]) -> None:
        """Offsets first: they lock. Then nodes before what hangs on them; notes last: they tell known relationships."""
        offsets.move(transaction, moves)
        around, entities, links, at = rows.messages, rows.entities, rows.relationships, self._clock()
        _run(transaction, "conversations", recorded_at=at, conversations=list(around.conversations.values()))
        _run(transaction, "sessions", recorded_at=at, sessions=list(around.sessions.values()))
        _run(transaction, "users", recorded_at=at, users=list(around.users.values()))
        _run(transaction, "messages", recorded_at=at, messages=around.messages)
        _run(transaction, "providers", recorded_at=at, providers=list(around.providers.values()))
        _run(transaction, "models", recorded_at=at, models=list(around.models.values()))
        _run(transaction, "generations", recorded_at=at, generations=around.generations)
        _run(transaction, "entities", recorded_at=at, entities=list(entities.described.values()))
        linked = sorted(entities.linked - entities.described.keys())
        _run(transaction, "linked_entities", recorded_at=at, entity_ids=linked)
        _run(transaction, "deleted_entities", deletions=list(entities.deletions.values()))
        _run(transaction, "merges", recorded_at=at, merges=entities.merges)
        _run(transaction, "lock_entities", entity_ids=links.sources())
        found = _run(transaction, "known_relationships", relationship_keys=list(links.relationships))
        new, changed = links.split({row["relationship_key"] for row in found})
        _run(transaction, "new_relationships", recorded_at=at, relationships=new)
        _run(transaction, "changed_relationships", relationships=changed)
        _run(transaction, "mark_applied", events=rows.applied)


def _run(transaction: ManagedTransaction, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Rows of one statement; nothing is sent when its list is empty."""
    if not all(value for value in parameters.values() if isinstance(value, list)):
        return []
    return transaction.run(query_text(f"write/{name}"), parameters).data()


def open_writer(settings: Settings) -> GraphWriter:
    """A writer for the settings' address; nothing is contacted yet."""
    return GraphWriter(open_driver(settings), settings)
