"""The write-ahead outbox: every event is here before it is in Kafka, and its ledger is what was produced."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from workbench.clock import Clock, utc_now
from workbench.events.codec import decode_event
from workbench.events.envelope import Event
from workbench.events.topics import EVENT_TYPES
from workbench.resilience.blobs import BlobFolder
from workbench.resilience.dead_letters import DeadLetterBook, KeptLetter, Refused
from workbench.resilience.intake import Prepared, from_microseconds, microseconds, prepare
from workbench.resilience.ledger import Appended, Ledger, enter, note_extracted, queued
from workbench.resilience.offsets import Claimed, OffsetBook, Partition, Position
from workbench.resilience.outbox_database import OutboxDatabase

PENDING_BYTES = 16 * 2**20
"""Bodies read at once; 10,000 events just below the claim-check limit would take 2.5 GB."""

__all__ = ["Appended", "Backlog", "Claimed", "KeptLetter", "Outbox", "Pending", "Position", "Refused"]


@dataclass(frozen=True, slots=True)
class Backlog:
    """Events that wait for Kafka, and the age in seconds of the oldest (0 when there is none)."""

    count: int
    oldest_age_s: float


@dataclass(frozen=True, slots=True)
class Pending:
    """One event that waits for Kafka, in the bytes that will be sent."""

    sequence: int
    event_type: str
    topic: str
    key: str
    traceparent: str | None
    blob: str | None
    body: bytes


class Outbox(Ledger):
    """The outbox of one installation, shared by all its processes and threads.

    Parameters
    ----------
    path : Path
        Database file; blobs are kept in the folder ``blobs`` beside it.
    clock : callable
        Gives the ingest time. It may stand or go back: ingest times still increase.

    Raises
    ------
    StoreUnavailableError
        From every method: when the disk is full, or another process holds the lock for two minutes.
    """

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        super().__init__(OutboxDatabase(path))
        self.path = path
        self._clock = clock
        self.blobs = BlobFolder(path.parent / "blobs")
        self._offsets = OffsetBook(self._database)
        self.letters = DeadLetterBook(self._database, self.blobs, clock=clock)

    def append(self, events: Iterable[Event], *, traceparent: str | None = None) -> Appended:
        """Take in events, all or none; one that is known by its id changes nothing.

        Parameters
        ----------
        events : iterable of Event
            Their `ingested_at` is set here: strictly increasing over the whole outbox.
        traceparent : str, optional
            W3C trace context, sent as a header.

        Raises
        ------
        EventError
            When an event is not one that can travel; nothing was taken in.
        """
        prepared = self._prepare(events)
        if not prepared:
            return Appended()
        with self._database.write() as statements:
            return enter(statements, prepared, now=self._clock(), blobs=self.blobs, traceparent=traceparent)

    def _prepare(self, events: Iterable[Event]) -> list[Prepared]:
        prepared = [prepare(event) for event in events]
        for one in prepared:  # before the write lock is taken: a large payload is slow to put on disk
            if one.content is not None:
                self.blobs.put(one.content, sha256=one.blob)
        return prepared

    def resend(self, body: bytes, *, traceparent: str | None = None) -> int:
        """Queue an envelope again as it stands, whether or not it was produced here before.

        Parameters
        ----------
        body : bytes
        traceparent : str, optional
            W3C trace context that it travelled with, sent as a header again.

        Returns
        -------
        int
            Its sequence.

        Raises
        ------
        EventError
            When the bytes are not an event that this program reads.
        """
        one = prepare(decode_event(body))
        with self._database.write() as statements:
            known = statements.run("event_sequence", {"event_id": one.event_id})
            if known is None:
                enter(statements, [one], now=self._clock(), blobs=self.blobs, traceparent=traceparent)
                known = statements.run("event_sequence", {"event_id": one.event_id}) or (0,)
            else:
                statements.run("insert_queued", queued(known[0], one, body=body, traceparent=traceparent))
            return int(known[0])

    def pending(self, limit: int = 1000, *, after: int = 0) -> list[Pending]:
        """Waiting events in sequence order, from the first above `after`; fewer when they are large."""
        found: list[Pending] = []
        size_bytes = 0
        with closing(self._database.stream("pending", {"limit": limit, "after": after})) as rows:
            for sequence, name, key, traceparent, blob, body in rows:
                found.append(Pending(sequence, name, EVENT_TYPES[name].topic, key, traceparent, blob, body))
                size_bytes += len(body)
                if size_bytes >= PENDING_BYTES:
                    break
        return found

    def mark_sent(self, sequences: Iterable[int], *, blobs: Iterable[str] = ()) -> None:
        """Note that Kafka has acknowledged events: their bytes go, their ledger rows stay.

        Parameters
        ----------
        sequences : iterable of int
        blobs : iterable of str
            Uploaded payloads of these events; removed here unless another waiting event or a dead letter needs them.
        """
        ordered = sorted(set(sequences))
        if not ordered:
            return
        with self._database.write() as statements:
            if ordered[-1] - ordered[0] + 1 == len(ordered):
                statements.run("delete_queued_range", {"first": ordered[0], "last": ordered[-1]})
            else:
                statements.run_many("delete_queued", ({"seq": sequence} for sequence in ordered))
            for blob in blobs:
                if statements.run("blob_in_use", {"blob": blob}) is None:
                    self.blobs.drop(blob)

    def backlog(self) -> Backlog:
        """How many events wait for Kafka, and since when."""
        count, oldest_us = self._database.rows("backlog")[0]
        if oldest_us is None:
            return Backlog(0, 0.0)
        return Backlog(count, max(0.0, (self._clock() - from_microseconds(oldest_us)).total_seconds()))

    def claim(self, hop: str, topic_ids: Mapping[Partition, str]) -> dict[Partition, Claimed]:
        """Take over topic partitions for a sink that keeps its offsets here; see `OffsetBook.claim`."""
        return self._offsets.claim(hop, topic_ids)

    def offsets(self, hop: str) -> dict[Partition, int]:
        """(topic, partition) -> first offset that a sink with its offsets here does not have yet."""
        return self._offsets.stored(hop)

    def commit_extraction(
        self, hop: str, positions: Mapping[Partition, Position], *, done: Mapping[str, str], derived: Iterable[Event]
    ) -> Appended:
        """Take in derived events, note their causes as done, and move offsets, in one transaction.

        Parameters
        ----------
        hop : str
        positions : mapping
        done : mapping
            Event id of each cause -> its type.
        derived : iterable of Event

        Raises
        ------
        FencedError
            When another worker owns a topic partition now; nothing was written.
        """
        prepared = self._prepare(derived)
        with self._database.write() as statements:
            self._offsets.move(statements, hop, positions)
            note_extracted(statements, done)
            return enter(statements, prepared, now=self._clock(), blobs=self.blobs)

    def dead_letter(self, refused: Refused) -> bool:
        """Keep one refused record or row; false when it was known."""
        return self.letters.record([refused]) == 1

    def dead_letters(self, *, status: str | None = None) -> Iterator[KeptLetter]:
        """Dead letters, oldest first; all, or of one status (unresolved, resolved)."""
        return self.letters.kept(status)

    def resolve(self, dead_letter_id: str, *, resolution: str) -> bool:
        """Mark a dead letter resolved; false when it was already, or does not exist."""
        return self.letters.resolve(dead_letter_id, resolution=resolution)

    def dead_letters_by(self, hop: str, event_type: str) -> Iterator[str]:
        """Ids of one type's events that are unresolved dead letters of a hop, or that Kafka itself refused."""
        return self.letters.unresolved_ids(hop, event_type)

    def receipt(self, hop: str, event_type: str, event_ids: Iterable[str], *, reason: str) -> None:
        """Note that events were removed from a store on purpose; a repeat changes nothing."""
        removed_us = microseconds(self._clock())
        with self._database.write() as statements:
            statements.run_many(
                "insert_receipt",
                (
                    {
                        "hop": hop,
                        "event_type": event_type,
                        "event_id": event_id,
                        "reason": reason,
                        "removed_us": removed_us,
                    }
                    for event_id in event_ids
                ),
            )

    def receipts(self, hop: str, event_type: str) -> Iterator[str]:
        """Ids of one type's events that were removed from a store with a receipt."""
        rows = self._database.stream("receipt_ids", {"hop": hop, "event_type": event_type})
        return (str(row[0]) for row in rows)

    def close(self) -> None:
        """Close every thread's connection."""
        self._database.close()
