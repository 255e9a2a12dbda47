"""What the warehouse holds, for reconciliation and rebuild."""

import hashlib
from collections.abc import Iterator
from types import TracebackType

from workbench.events.tally import Tally
from workbench.settings import Settings
from workbench.warehouse.client import Warehouse, open_warehouse
from workbench.warehouse.debates import RAW_DEBATES
from workbench.warehouse.faults import MissingSchemaError
from workbench.warehouse.migrations import apply
from workbench.warehouse.progress import RAW_LLM_CALLS, LoadPosition, read_position, restart

LLM_CALL = "llm.call.completed"
DEBATE = "debate.completed"
"""The types of events that the warehouse accounts for."""

_TALLIES = {LLM_CALL: "tallies", DEBATE: "debate_tallies"}
_IDS = {LLM_CALL: "stored_ids", DEBATE: "debate_ids"}
_FACTS = ("call_facts", "hour_facts", "debate_facts")

TABLES = ("llm_calls", "llm_calls_by_hour", "llm_call_repeats", "debate_rounds")
"""Tables of facts, in the order in which they are emptied."""


class WarehouseLedger:
    """Tables ``llm_calls``, ``llm_call_repeats`` and ``debate_rounds`` by event id.

    A warehouse whose schema was never applied is made first. What is in the lake and not loaded yet is
    told by `workbench.pipelines.warehouse_feeds.pending_ids`, since it takes both stores.

    Raises
    ------
    StoreUnavailableError
        From every method, when ClickHouse does not answer.
    """

    def __init__(self, settings: Settings) -> None:
        try:
            self._warehouse: Warehouse = open_warehouse(settings)
            self._warehouse.frame("debate_tallies")
        except MissingSchemaError:
            apply(settings)
            self._warehouse = open_warehouse(settings)

    def tallies(self) -> dict[str, Tally]:
        """Event type -> how many distinct events, and their checksum."""
        found: dict[str, Tally] = {}
        for event_type, query in _TALLIES.items():
            events, checksum = self._warehouse.frame(query).row(0)
            if events:
                found[event_type] = Tally(int(events), int(checksum))
        return found

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Distinct ids of the events of one type, in order."""
        if event_type in _IDS:
            yield from self._warehouse.lines(_IDS[event_type])

    def content_hash(self) -> str:
        """SHA-256 over what calls and debates say and what the hourly states count; no recording times or positions."""
        digest = hashlib.sha256()
        for name in _FACTS:
            for fact in self._warehouse.lines(name):
                digest.update(fact.encode())
                digest.update(b"\n")
        return digest.hexdigest()

    def position(self, lake_table: str = RAW_LLM_CALLS) -> LoadPosition:
        """The Delta version and row of a lake table that is loaded next."""
        return read_position(self._warehouse, lake_table)

    def clear(self) -> None:
        """Empty every table of facts; the next load starts at the lake's beginning.

        A running loader is fenced first. A block that it inserts all the same comes again with the same
        token, so it is there once; one that lost its hourly states to the emptying gets them then.
        """
        for lake_table in (RAW_LLM_CALLS, RAW_DEBATES):
            restart(self._warehouse, lake_table)
        for table in TABLES:
            self._warehouse.run(f"clear_{table}")

    def close(self) -> None:
        """Give back the connection."""
        self._warehouse.close()

    def __enter__(self) -> "WarehouseLedger":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
