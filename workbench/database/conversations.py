"""What a batch does to one conversation: sequence, counters, segments, completion. Pure over its rows."""

from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any, cast

import msgspec

from workbench.context.scoring import stored_parts
from workbench.context.segments import Segment, SegmentRules, append_turns
from workbench.context.turns import Turn
from workbench.database.rows import StoredMessage
from workbench.events.envelope import Event
from workbench.events.payloads import ConversationCompleted, Role

_SEGMENT_FIELDS = tuple(one.name for one in fields(Segment))
_CONVERSATION_COLUMNS = (
    *("tenant_id", "conversation_id", "next_sequence", "segment_count", "message_count", "token_count"),
    *("first_at", "last_at", "closed_at", "closed_reason", "closed_event_id", "source_last", "revision_count"),
)

CLOCK_SKEW = timedelta(minutes=5)
"""How far after its arrival a message may claim to have been said. Clocks differ by seconds as a rule; one that is set
to another year must not put every later message before it, nor a silence of a year into a talk."""


def said_at(event: Event) -> datetime:
    """When a message was said, as far as its claim can be true: not long after it was taken in; see `CLOCK_SKEW`."""
    if event.ingested_at is None:
        return event.occurred_at
    return min(event.occurred_at, event.ingested_at + CLOCK_SKEW)


@dataclass(frozen=True, slots=True)
class SourceGap:
    """Numbers that a source left out: after `after` came `before`. Later arrivals may still fill it."""

    tenant_id: str
    conversation_id: str
    after: int
    before: int


@dataclass(slots=True)
class Conversation:
    """One locked conversation while a batch is appended to it; fields as in table ``conversations``."""

    tenant_id: str
    conversation_id: str
    next_sequence: int
    segment_count: int
    message_count: int
    token_count: int
    first_at: datetime | None
    last_at: datetime | None
    closed_at: datetime | None
    closed_reason: str | None
    closed_event_id: str | None
    source_last: int | None
    revision_count: int = 0
    last_segment: Segment | None = None
    _turns: list[Turn] = field(default_factory=list)
    _source_sequences: set[int] = field(default_factory=set)

    def place(self, event: Event) -> int:
        """The next sequence number, given to this event."""
        sequence = self.next_sequence
        self.next_sequence += 1
        if event.source_sequence is not None:
            self._source_sequences.add(event.source_sequence)
        return sequence

    def say(self, event: Event, sequence: int, stored: StoredMessage) -> None:
        """Add a message."""
        at = event.occurred_at
        self.message_count += 1
        self.token_count += stored.tokens
        self.first_at = at if self.first_at is None else min(self.first_at, at)
        self.last_at = at if self.last_at is None else max(self.last_at, at)
        role = cast(Role, stored.role)
        self._turns.append(
            Turn(sequence, role, stored.text, stored.tokens, said_at(event), session_id=event.session_id)
        )

    def revise(self) -> None:
        """Count an edit or deletion of one of its messages."""
        self.revision_count += 1

    def complete(self, event: Event, completed: ConversationCompleted) -> None:
        """Close, once: of several completions the earliest counts, in whatever order they arrive."""
        if self.closed_at is None or (event.occurred_at, event.event_id) < (self.closed_at, self.closed_event_id or ""):
            self.closed_at, self.closed_reason = event.occurred_at, completed.reason
            self.closed_event_id = event.event_id

    def source_gaps(self) -> list[SourceGap]:
        """Numbers left out between what was seen before and this batch; afterwards they are seen."""
        gaps: list[SourceGap] = []
        for number in sorted(self._source_sequences):
            if self.source_last is not None and number > self.source_last + 1:
                gaps.append(SourceGap(self.tenant_id, self.conversation_id, self.source_last, number))
            self.source_last = number if self.source_last is None else max(self.source_last, number)
        self._source_sequences.clear()
        return gaps

    def segment_rows(self, rules: SegmentRules) -> list[dict[str, Any]]:
        """Rows of the segments that this batch changed; call it once, after everything was added."""
        last = self.last_segment
        changed = append_turns(last, self._turns, rules)
        if not changed and last is not None and last.closed_by is None and self.closed_at is not None:
            changed = [last]
        if changed:
            self.segment_count = changed[-1].number
        return [self._segment_row(segment) for segment in changed]

    def _segment_row(self, segment: Segment) -> dict[str, Any]:
        row: dict[str, Any] = {name: getattr(segment, name) for name in _SEGMENT_FIELDS}
        row["segment"] = row.pop("number")
        row["state"] = msgspec.Raw(segment.state.encode()) if segment.state else None  # JSON within JSON, unescaped
        if segment.closed_by is None and self.closed_at is not None:
            row["closed_by"] = "completed"
        row["tenant_id"], row["conversation_id"] = self.tenant_id, self.conversation_id
        row["priority"], row["importance"], row["recency"] = stored_parts(segment)
        return row

    def row(self) -> dict[str, Any]:
        """The conversation's own row."""
        return {name: getattr(self, name) for name in _CONVERSATION_COLUMNS}
