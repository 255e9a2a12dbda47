"""Dead letters: what could not be taken, why, where it stood, and its bytes until it is resolved."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import Clock
from workbench.errors import UsageError
from workbench.events.codec import make_event
from workbench.events.envelope import CLAIM_CHECK_BYTES, Event, event_id_of
from workbench.events.payloads import DeadLetter
from workbench.resilience.blobs import BlobFolder
from workbench.resilience.intake import from_microseconds, microseconds, prepare
from workbench.resilience.ledger import enter
from workbench.resilience.outbox_database import OutboxDatabase

REASON_CHARACTERS = 2000
"""A store may quote the whole refused row in its message; the bytes are kept beside it anyway."""


@dataclass(frozen=True, slots=True)
class Refused:
    """One record or row that could not be taken.

    Parameters
    ----------
    hop : str
        Who refused it: a hop, ``kafka``, or ``import``.
    reason : str
    original : bytes
        As it stood.
    event_id, event_type : str or None
        When it can be told.
    topic, partition, offset : optional
        Where it stood in Kafka.
    topic_id : str
        Kafka's id of the topic, so that offsets of a topic created anew are other places.
    source : str or None
        Where it stood outside Kafka, e.g. ``usage.jsonl:17``.
    traceparent : str or None
        W3C trace context that it came with, kept for its replay.
    """

    hop: str
    reason: str
    original: bytes
    event_id: str | None = None
    event_type: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    topic_id: str = ""
    source: str | None = None
    traceparent: str | None = None

    @property
    def dead_letter_id(self) -> str:
        """Follows from hop, place and bytes, so that reading the same record again adds nothing."""
        place = "\x1f".join(str(one) for one in (self.topic, self.topic_id, self.partition, self.offset, self.source))
        return event_id_of(f"dead letter of {self.hop} at {place}", self.original)


@dataclass(frozen=True, slots=True)
class KeptLetter:
    """One dead letter as it is kept. `original` is its bytes; `status` is unresolved or resolved."""

    dead_letter_id: str
    hop: str
    status: str
    reason: str
    event_id: str | None
    event_type: str | None
    topic: str | None
    partition: int | None
    offset: int | None
    source: str | None
    original: bytes
    recorded_at: datetime
    resolved_at: datetime | None
    resolution: str | None


_COLUMNS = (
    *("dead_letter_id", "hop", "status", "reason", "event_id", "event_type", "topic", "partition", "offset", "source"),
    *("original", "blob", "recorded_us", "resolved_us", "resolution"),
)


class DeadLetterBook:
    """Keep, list and resolve dead letters.

    Parameters
    ----------
    database : OutboxDatabase
    blobs : BlobFolder
        For originals above `CLAIM_CHECK_BYTES`.
    clock : callable
    """

    def __init__(self, database: OutboxDatabase, blobs: BlobFolder, *, clock: Clock) -> None:
        self._database = database
        self._blobs = blobs
        self._clock = clock

    def record(self, refused: Sequence[Refused]) -> int:
        """Keep refused records and announce each as ``dead_letter.recorded``, in one transaction.

        Returns
        -------
        int
            How many were new.
        """
        if not refused:
            return 0
        now = self._clock()
        announcements = [prepare(_announcement(one, now)) for one in refused]
        rows = [self._row(one, now) for one in refused]
        for announcement in announcements:
            if announcement.content is not None:
                self._blobs.put(announcement.content, sha256=announcement.blob)
        with self._database.write() as statements:
            new = [
                announcement
                for announcement, row in zip(announcements, rows, strict=True)
                if statements.run("insert_dead_letter", row) is not None
            ]
            traces = [
                {"dead_letter_id": one.dead_letter_id, "traceparent": one.traceparent}
                for one in refused
                if one.traceparent is not None
            ]
            statements.run_many("insert_dead_letter_trace", traces)
            enter(statements, new, now=now, blobs=self._blobs)
        return len(new)

    def _row(self, one: Refused, now: datetime) -> dict[str, object]:
        large = len(one.original) > CLAIM_CHECK_BYTES
        return {
            "dead_letter_id": one.dead_letter_id,
            "hop": one.hop,
            "reason": one.reason[:REASON_CHARACTERS],
            "event_id": one.event_id,
            "event_type": one.event_type,
            "topic": one.topic,
            "partition": one.partition,
            "offset": one.offset,
            "source": one.source,
            "original": None if large else one.original,
            "blob": self._blobs.put(one.original) if large else None,
            "recorded_us": microseconds(now),
        }

    def kept(self, status: str | None = None) -> Iterator[KeptLetter]:
        """Dead letters, oldest first; all, or of one status (unresolved, resolved)."""
        return (self._letter(row) for row in self._database.stream("dead_letters", {"status": status}))

    def one(self, dead_letter_id: str) -> KeptLetter:
        """One dead letter by its id or the beginning of it.

        Raises
        ------
        UsageError
            When there is none, or more than one.
        """
        rows = self._database.rows("dead_letter", {"dead_letter_id": dead_letter_id})
        if len(rows) != 1:
            found = "no dead letter has" if not rows else "more than one dead letter has"
            raise UsageError(f"{found} an id that begins with {dead_letter_id!r}; run: workbench dlq list")
        return self._letter(rows[0])

    def _letter(self, row: tuple[Any, ...]) -> KeptLetter:
        fields = dict(zip(_COLUMNS, row, strict=True))
        blob, recorded_us, resolved_us = (fields.pop(name) for name in ("blob", "recorded_us", "resolved_us"))
        if fields["original"] is None:
            fields["original"] = self._blobs.get(blob)
        return KeptLetter(
            **fields,
            recorded_at=from_microseconds(recorded_us),
            resolved_at=None if resolved_us is None else from_microseconds(resolved_us),
        )

    def traceparent(self, dead_letter_id: str) -> str | None:
        """The W3C trace context that a dead letter came with, if it had one."""
        rows = self._database.rows("dead_letter_trace", {"dead_letter_id": dead_letter_id})
        return str(rows[0][0]) if rows else None

    def resolve(self, dead_letter_id: str, *, resolution: str) -> bool:
        """Mark one resolved; false when it was already, or does not exist."""
        with self._database.write() as statements:
            parameters = {
                "dead_letter_id": dead_letter_id,
                "resolution": resolution,
                "resolved_us": microseconds(self._clock()),
            }
            return statements.run("resolve_dead_letter", parameters) is not None

    def unresolved_ids(self, hop: str, event_type: str) -> Iterator[str]:
        """Ids of one type's events that are unresolved at a hop, or that Kafka itself refused."""
        rows = self._database.stream("dead_letter_event_ids", {"hop": hop, "event_type": event_type})
        return (str(row[0]) for row in rows)

    def counts(self) -> dict[tuple[str, str], int]:
        """(hop, status) -> how many."""
        return {(hop, status): count for hop, status, count in self._database.rows("dead_letter_counts")}


def _announcement(one: Refused, now: datetime) -> Event:
    identity = one.dead_letter_id
    payload = DeadLetter(
        dead_letter_id=identity,
        hop=one.hop,
        reason=one.reason[:REASON_CHARACTERS].encode("utf-8", "replace").decode(),
        original_base64=base64.b64encode(one.original).decode("ascii"),
        original_event_id=one.event_id,
        original_event_type=one.event_type,
        topic=one.topic,
        partition=one.partition,
        offset=one.offset,
    )
    return make_event(
        "dead_letter.recorded",
        payload,
        event_id=hashlib.sha256(f"dead_letter.recorded {identity}".encode()).hexdigest(),
        occurred_at=now,
        conversation_id=f"dead-letter:{one.hop}",
        session_id="",
        user_id="",
    )
