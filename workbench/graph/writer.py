"""Batches into the graph: one transaction each, and the same graph whatever is repeated."""

from collections.abc import Callable, Mapping, Sequence

from neo4j import Driver, ManagedTransaction
from neo4j.exceptions import ConstraintError

from workbench.events.envelope import Event
from workbench.events.payloads import Payload
from workbench.graph import entity_nodes, history, offsets
from workbench.graph.driver import open_driver, open_session
from workbench.graph.message_rows import in_order
from workbench.graph.offsets import OffsetMove, StoredOffset, TopicPartitionKey
from workbench.graph.rows import GraphRows, graph_rows
from workbench.graph.statements import Statements
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
    """

    def __init__(self, driver: Driver, settings: Settings) -> None:
        self._driver = driver
        self._settings = settings

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
        minimum, a maximum, or follows from the set of assertions.

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
        """Offsets first: they lock. Then nodes before what hangs on them, each kind in the order of its keys."""
        offsets.move(transaction, moves)
        statements, around, entities = Statements(transaction), rows.messages, rows.entities
        statements.write("conversations", conversations=in_order(around.conversations))
        statements.write("sessions", sessions=in_order(around.sessions))
        statements.write("users", users=in_order(around.users))
        statements.write("lock_messages", message_ids=sorted(around.messages.keys() | entities.messages()))
        statements.write("messages", messages=in_order(around.messages))
        statements.write("providers", providers=in_order(around.providers))
        statements.write("models", models=in_order(around.models))
        statements.write("generations", generations=in_order(around.generations))
        entity_nodes.apply(statements, entities, {(one.tenant_id, one.entity_id) for one in rows.slots.values()})
        history.apply(statements, rows.slots, rows.event_types)


def open_writer(settings: Settings) -> GraphWriter:
    """A writer for the settings' address; nothing is contacted yet."""
    return GraphWriter(open_driver(settings), settings)
