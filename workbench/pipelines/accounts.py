"""Where events are when a store does not have them: outbox, Kafka beyond the store's offset, dead letters."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Literal, Protocol

from workbench.events.tally import Tally
from workbench.events.topics import EVENT_TYPES, Hop, topics_of
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.sink import TopicPartition
from workbench.stream.tail import tail_ids


class HopLedger(Protocol):
    """What every hop tells: see `workbench.pipelines.reconcile.Ledger`."""

    def tallies(self) -> Mapping[str, Tally]:
        """Distinct events by type."""
        ...

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the distinct events of a type."""
        ...


class OffsetLedger(HopLedger, Protocol):
    """A hop that reads Kafka and keeps its offsets."""

    def offsets(self) -> Mapping[TopicPartition, int]:
        """First offset per topic partition that the hop does not have yet."""
        ...


class StoreLedger(HopLedger, Protocol):
    """A hop whose store can be emptied and compared."""

    def content_hash(self) -> str:
        """SHA-256 of what the store holds; order of arrival, offsets and recording times do not count."""
        ...

    def clear(self) -> None:
        """Remove what the store holds."""
        ...


class ExtractionLedger:
    """What extraction has done, as the outbox keeps it."""

    def __init__(self, settings: Settings) -> None:
        self._outbox = Outbox(settings.outbox_path)

    def __enter__(self) -> "ExtractionLedger":
        return self

    def __exit__(self, *_: object) -> None:
        self._outbox.close()

    def tallies(self) -> Mapping[str, Tally]:
        """Distinct messages done, by event type."""
        return self._outbox.extracted()

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the messages done."""
        return self._outbox.extracted_ids(event_type)

    def offsets(self) -> Mapping[TopicPartition, int]:
        """First offset per topic partition that extraction has not done yet."""
        return {TopicPartition(*one): at for one, at in self._outbox.offsets("extraction").items()}


def open_ledger(hop: Hop, settings: Settings) -> AbstractContextManager[HopLedger]:
    """The ledger of a hop; only that hop's driver is imported."""
    if hop == "extraction":
        return ExtractionLedger(settings)
    if hop == "lake":
        from workbench.lake.ledger import LakeLedger

        return LakeLedger(settings)
    if hop == "learning":
        return open_store_ledger(hop, settings)
    if hop == "memory":
        from workbench.database.memory_ledger import MemoryLedger
        from workbench.pipelines.memory_node import node_id

        return MemoryLedger(settings, node_id(settings))
    return open_store_ledger(hop, settings)


def open_store_ledger(
    hop: Literal["graph", "context", "learning", "warehouse"], settings: Settings
) -> AbstractContextManager[StoreLedger]:
    """The ledger of a store that can be rebuilt; only that store's driver is imported."""
    if hop == "graph":
        from workbench.graph.ledger import GraphLedger

        return GraphLedger(settings)
    if hop == "context":
        from workbench.database.ledger import ContextLedger

        return ContextLedger(settings)
    if hop == "learning":
        from workbench.database.learning_ledger import LearningLedger

        return LearningLedger(settings)
    from workbench.warehouse.ledger import WarehouseLedger

    return WarehouseLedger(settings)


def asked_hops(hops: Iterable[Hop], produced: Iterable[str]) -> list[Hop]:
    """The hops to ask: the replica of the memories only when this installation has written memories.

    What it holds else was produced by other installations, which account for it.
    """
    remembers = any("memory" in EVENT_TYPES[name].hops for name in produced)
    return [hop for hop in hops if hop != "memory" or remembers]


class OutboxAccounts:
    """Accounts of one installation; Kafka's tails are read once per hop and kept for a reconciliation."""

    def __init__(self, settings: Settings, outbox: Outbox) -> None:
        self._settings = settings
        self._outbox = outbox
        self._tails: dict[Hop, Mapping[str, set[str]]] = {}

    def produced(self) -> Mapping[str, Tally]:
        """The outbox's ledger by event type."""
        return self._outbox.produced()

    def produced_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the ledger."""
        return self._outbox.produced_ids(event_type)

    def pending_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids in the outbox, then in Kafka beyond the hop's offset; for the warehouse also in the lake."""
        unsent = set(self._outbox.unsent_ids(event_type))
        if hop == "warehouse":
            return unsent | self._tail("lake").get(event_type, set()) | self._in_lake(event_type)
        return unsent | self._tail(hop).get(event_type, set())

    def _tail(self, hop: Hop) -> Mapping[str, set[str]]:
        if hop not in self._tails:
            with open_ledger(hop, self._settings) as ledger:
                self._tails[hop] = tail_ids(self._settings, topics_of(hop), ledger.offsets())  # type: ignore[attr-defined]
        return self._tails[hop]

    def _in_lake(self, event_type: str) -> set[str]:
        from workbench.pipelines.warehouse_feeds import pending_ids

        return set(pending_ids(self._settings, event_type))

    def dead_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids of unresolved dead letters; what the lake refused cannot reach the warehouse either."""
        hops = ("lake", "warehouse") if hop == "warehouse" else (hop,)
        return {one for name in hops for one in self._outbox.dead_letters_by(name, event_type)}

    def removed_ids(self, hop: Hop, event_type: str) -> set[str]:
        """Ids with a receipt of removal from the hop."""
        return set(self._outbox.receipts(hop, event_type))

    def foreign_ids(self, event_type: str) -> set[str]:
        """Ids of memory events that this node's replica has, or is about to read, whoever produced them."""
        if "memory" not in EVENT_TYPES[event_type].hops or not self._settings.components.distributed_memory:
            return set()
        with open_ledger("memory", self._settings) as ledger:
            return set(ledger.stored_ids(event_type)) | self._tail("memory").get(event_type, set())


@contextmanager
def open_accounts(settings: Settings) -> Iterator[OutboxAccounts]:
    """The accounts of this installation's outbox."""
    outbox = Outbox(settings.outbox_path)
    try:
        yield OutboxAccounts(settings, outbox)
    finally:
        outbox.close()
