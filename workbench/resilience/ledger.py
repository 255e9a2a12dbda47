"""What was produced, what waits, what extraction has done: entering events, and reading the ledger."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.events.tally import Tally
from workbench.resilience.blobs import BlobFolder
from workbench.resilience.intake import Prepared, Stamps, id_bytes, microseconds
from workbench.resilience.outbox_database import OutboxDatabase, Statements


@dataclass(frozen=True, slots=True)
class Appended:
    """How many events were new, and how many were known already."""

    added: int = 0
    repeated: int = 0

    def __add__(self, other: "Appended") -> "Appended":
        return Appended(self.added + other.added, self.repeated + other.repeated)


def enter(
    statements: Statements,
    prepared: Sequence[Prepared],
    *,
    now: datetime,
    blobs: BlobFolder,
    traceparent: str | None = None,
) -> Appended:
    """Enter events into ledger, queue and tallies of an open write transaction; known ones are skipped.

    Parameters
    ----------
    statements : Statements
    prepared : sequence of Prepared
    now : datetime
        Ingest times start here, or just above the last one when the clock stands or went back.
    blobs : BlobFolder
    traceparent : str, optional
    """
    last_sequence, last_us = statements.run("last_event", {}) or (0, 0)
    stamp_us = max(microseconds(now), last_us + 1)
    stamps = Stamps()
    ledger: list[dict[str, object]] = []
    queue: list[dict[str, object]] = []
    seen: set[bytes] = set()
    for one in prepared:
        if one.event_id in seen or statements.run("event_sequence", {"event_id": one.event_id}) is not None:
            continue
        seen.add(one.event_id)
        if one.content is not None:  # the relay may have dropped an equal one, sent since it was put
            blobs.put(one.content, sha256=one.blob)
        last_sequence += 1
        ledger.append(
            {"seq": last_sequence, "event_id": one.event_id, "event_type": one.event_type, "ingested_us": stamp_us}
        )
        queue.append(queued(last_sequence, one, body=one.body(stamps.text(stamp_us)), traceparent=traceparent))
        stamp_us += 1
    statements.run_many("insert_event", ledger)
    statements.run_many("insert_queued", queue)
    add_tallies(statements, "produced", [(one["event_type"], one["event_id"]) for one in ledger])  # type: ignore[misc]
    return Appended(len(ledger), len(prepared) - len(ledger))


def queued(sequence: int, one: Prepared, *, body: bytes, traceparent: str | None = None) -> dict[str, object]:
    """One row of the queue."""
    return {
        "seq": sequence,
        "event_type": one.event_type,
        "key": one.key,
        "traceparent": traceparent,
        "blob": one.blob,
        "body": body,
    }


def note_extracted(statements: Statements, done: Mapping[str, str]) -> None:
    """Note events (id -> type) as done by extraction, within an open write transaction."""
    new = [
        (name, id_bytes(event_id))
        for event_id, name in done.items()
        if statements.run("insert_extracted", {"event_id": id_bytes(event_id), "event_type": name})
    ]
    add_tallies(statements, "extracted", new)


def add_tallies(statements: Statements, kind: str, new: Sequence[tuple[str, bytes]]) -> None:
    """Add new events, each as type and id, to the tallies of a kind."""
    tallies: dict[str, list[int]] = {}
    for name, identity in new:
        tally = tallies.setdefault(name, [0, 0])
        tally[0] += 1
        tally[1] += int.from_bytes(identity[:4], "big")
    statements.run_many(
        "add_tally",
        [
            {"kind": kind, "event_type": name, "count": count, "checksum": checksum}
            for name, (count, checksum) in tallies.items()
        ],
    )


class Ledger:
    """The reading side: tallies are kept with each commit, so that they cost the same at any size.

    Parameters
    ----------
    database : OutboxDatabase
    """

    def __init__(self, database: OutboxDatabase) -> None:
        self._database = database

    def produced(self) -> dict[str, Tally]:
        """Event type -> tally of everything that was ever taken in."""
        return self._tallies("produced")

    def last_sequence(self) -> int:
        """Sequence of the newest event; 0 when there is none."""
        rows = self._database.rows("last_event")
        return int(rows[0][0]) if rows else 0

    def produced_ids(self, event_type: str) -> Iterator[str]:
        """Ids of one type in the order they were taken in."""
        return self._ids("produced_ids", event_type)

    def known(self, event_id: str) -> bool:
        """Whether an event was ever taken in."""
        return bool(self._database.rows("event_sequence", {"event_id": id_bytes(event_id)}))

    def unsent(self) -> dict[str, Tally]:
        """Event type -> tally of what waits for Kafka."""
        found = {name: Tally.of(self.unsent_ids(name)) for name in self.produced()}
        return {name: tally for name, tally in found.items() if tally.count}

    def unsent_ids(self, event_type: str) -> Iterator[str]:
        """Ids of one type that wait for Kafka."""
        return self._ids("unsent_ids", event_type)

    def extracted(self) -> dict[str, Tally]:
        """Event type -> tally of the messages that extraction has done."""
        return self._tallies("extracted")

    def extracted_ids(self, event_type: str) -> Iterator[str]:
        """Ids of one type that extraction has done."""
        return self._ids("extracted_ids", event_type)

    def _ids(self, query: str, event_type: str) -> Iterator[str]:
        return (row[0].hex() for row in self._database.stream(query, {"event_type": event_type}))

    def _tallies(self, kind: str) -> dict[str, Tally]:
        return {
            name: Tally(count, checksum) for name, count, checksum in self._database.rows("tallies", {"kind": kind})
        }
