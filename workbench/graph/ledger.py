"""What the graph has: tallies, ids, offsets, a content hash, and emptying it."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from workbench.events.tally import Tally
from workbench.graph.driver import open_driver, open_session, query_text, rows_of
from workbench.graph.offsets import TopicPartitionKey
from workbench.settings.schema import Settings


class GraphLedger:
    """The graph's account for reconciliation and rebuild; a context manager.

    Parameters
    ----------
    settings : Settings

    Raises
    ------
    StoreUnavailableError
        From every method, when Neo4j does not answer.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._driver = open_driver(settings)

    def __enter__(self) -> "GraphLedger":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back connections."""
        self._driver.close()

    def _rows(self, name: str, doing: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        with open_session(self._driver, self._settings, doing) as session:
            yield from rows_of(session, f"{name}", **parameters)

    def tallies(self) -> dict[str, Tally]:
        """Distinct events by type."""
        rows = self._rows("ledger/tallies", "count events")
        return {row["event_type"]: Tally(row["events"], row["checksum"]) for row in rows}

    def stored_ids(self, event_type: str) -> Iterator[str]:
        """Ids of the distinct events of a type, in no order."""
        for row in self._rows("ledger/stored_ids", "list event ids", event_type=event_type):
            yield row["event_id"]

    def offsets(self) -> dict[TopicPartitionKey, int]:
        """First offset per topic partition that the graph does not have."""
        rows = self._rows("offsets/all", "read offsets")
        return {(row["topic"], row["topic_partition"]): row["next_offset"] for row in rows}

    def content_hash(self) -> str:
        """SHA-256 over the sorted hashes of all facts with both of their times; arrival and offsets do not count.

        Memory is 32 bytes a node or relationship.
        """
        facts = [
            _digest(row)
            for name in ("ledger/node_facts", "ledger/relationship_facts")
            for row in self._rows(name, "read facts")
        ]
        whole = hashlib.sha256()
        for fact in sorted(facts):
            whole.update(fact)
        return whole.hexdigest()

    def clear(self) -> None:
        """Remove what the workbench wrote, in batches; offsets start anew and whoever holds one is fenced.

        Labels that are not the workbench's stay untouched.
        """
        with open_session(self._driver, self._settings, "empty the graph") as session:
            session.run(query_text("offsets/reset")).consume()
            session.run(query_text("ledger/clear_relationships")).consume()
            session.run(query_text("ledger/clear")).consume()


def _digest(row: dict[str, Any]) -> bytes:
    fact = {**row, "labels": sorted(row.get("labels", ()))}
    text = json.dumps(fact, sort_keys=True, default=str, ensure_ascii=True)
    return hashlib.sha256(text.encode()).digest()
