"""The segment that still grows: its sums, its last turns apart, and the words said before them."""

import zlib
from datetime import UTC, datetime
from typing import Literal, Protocol

import msgspec

from workbench.context import cohesion
from workbench.context.tallies import Counts, TurnFacts, add_names, added, facts_of, top_names
from workbench.context.turns import Turn

SESSIONS_KEPT = 8
"""Sessions that were heard last; one of them that speaks again begins no segment."""

_NONE = tuple(Counts())
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class _State(msgspec.Struct, array_like=True):
    first_sequence: int
    last_sequence: int
    head: tuple[int, ...]
    head_span: tuple[datetime, datetime] | None
    names: dict[str, int]
    tail: list[tuple[int, datetime, tuple[int, ...], tuple[str, ...], tuple[str, ...]]]
    past: list[str]
    sessions: list[int]
    previous_at: datetime


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_State)


class Stored(Protocol):
    """What a segment without a state still tells; see `workbench.context.segments.Segment`."""

    @property
    def number(self) -> int:
        """From 1."""
        ...

    @property
    def first_sequence(self) -> int:
        """Of its first turn."""
        ...

    @property
    def last_sequence(self) -> int:
        """Of its last turn."""
        ...

    @property
    def first_at(self) -> datetime:
        """Earliest time."""
        ...

    @property
    def last_at(self) -> datetime:
        """Latest time."""
        ...

    @property
    def start_tokens(self) -> int:
        """Tokens before it."""
        ...


def _session_key(session_id: str) -> int:
    return zlib.crc32(session_id.encode(errors="surrogatepass"))  # ids may be long, and this travels with each segment


class OpenSegment:
    """The last segment of a conversation while turns are added; see `workbench.context.segments`.

    Parameters
    ----------
    number : int
    first_sequence : int
    start_tokens : int
        Tokens of the conversation before it.
    """

    __slots__ = (
        *("number", "first_sequence", "last_sequence", "start_tokens", "turn_total", "token_total", "_head"),
        *("_head_span", "_names", "_tail", "_past", "_sessions", "_previous_at"),
    )

    def __init__(self, number: int, first_sequence: int, start_tokens: int) -> None:
        self.number = number
        self.first_sequence = self.last_sequence = first_sequence
        self.start_tokens = start_tokens
        self.turn_total = self.token_total = 0
        self._head: tuple[int, ...] = _NONE
        self._head_span: tuple[datetime, datetime] | None = None
        self._names: dict[str, int] = {}
        self._tail: list[TurnFacts] = []
        self._past: dict[str, None] = {}
        self._sessions: list[int] = []
        self._previous_at = _LONG_AGO

    def closing(
        self, turn: Turn, at: datetime, *, budget_tokens: int, gap_s: float
    ) -> Literal["gap", "session", "budget"] | None:
        """Why this turn begins a new segment; None when it goes on with this one."""
        if (at - self._previous_at).total_seconds() > gap_s:
            return "gap"
        if turn.session_id and self._sessions and _session_key(turn.session_id) not in self._sessions:
            return "session"
        return "budget" if self.token_total + turn.tokens > budget_tokens else None

    def add(self, turn: Turn, at: datetime) -> None:
        """Add a turn at the end."""
        facts = facts_of(turn, at)
        self._tail.append(facts)
        self.last_sequence = turn.sequence
        self.turn_total += 1
        self.token_total += turn.tokens
        self._previous_at = at
        if turn.session_id:
            key = _session_key(turn.session_id)
            if key not in self._sessions:
                self._sessions = [*self._sessions, key][-SESSIONS_KEPT:]
        if len(self._tail) > cohesion.TAIL_TURNS:
            self._absorb(self._tail.pop(0))

    def _absorb(self, facts: TurnFacts) -> None:
        self._head = added(self._head, facts.counts)
        span = self._head_span
        self._head_span = (facts.at, facts.at) if span is None else (min(span[0], facts.at), max(span[1], facts.at))
        if facts.names:
            add_names(self._names, facts.names)
        cohesion.remember(self._past, facts.stems)

    def has_turned(self) -> bool:
        """Whether the last turns are about something else than the ones before them."""
        enough = len(self._tail) == cohesion.TAIL_TURNS and self._head[0] >= cohesion.LEAST_TURNS
        return enough and cohesion.is_other_topic(self._past, [one.stems for one in self._tail])

    def followed(self, first_sequence: int, *, same_topic: bool) -> "OpenSegment":
        """The empty segment after this one; on the same topic it remembers what was said."""
        after = OpenSegment(self.number + 1, first_sequence, self.start_tokens + self.token_total)
        after._sessions, after._previous_at = self._sessions, self._previous_at
        if same_topic:
            after._past = dict(self._past)
            for one in self._tail:
                cohesion.remember(after._past, one.stems)
        return after

    def split(self) -> tuple["OpenSegment", "OpenSegment"]:
        """The part before the last turns, and those turns as the segment that goes on."""
        tail = self._tail
        tail_tokens = sum(one.counts[1] for one in tail)
        after = OpenSegment(self.number + 1, tail[0].sequence, self.start_tokens + self.token_total - tail_tokens)
        after._tail, after.last_sequence = tail, self.last_sequence
        after.turn_total, after.token_total = len(tail), tail_tokens
        after._sessions, after._previous_at = self._sessions, self._previous_at
        self._tail = []
        self.last_sequence = tail[0].sequence - 1
        return self, after

    def counts(self) -> Counts:
        """The sums of all its turns."""
        total = self._head
        for one in self._tail:
            total = added(total, one.counts)
        return Counts(*total)

    def span(self) -> tuple[datetime, datetime]:
        """Earliest and latest time at which one of its turns was said."""
        times = [one.at for one in self._tail]
        if self._head_span is not None:
            times += self._head_span
        return min(times), max(times)

    def top_names(self) -> tuple[str, ...]:
        """Its names, those of most turns first."""
        counted = dict(self._names)
        for one in self._tail:
            if one.names:
                add_names(counted, one.names)
        return top_names(counted)

    def encoded(self) -> str:
        """What is needed to go on later, as JSON; some two kilobytes at most as a rule."""
        tail = [tuple(one) for one in self._tail]
        return _encoder.encode(
            [self.first_sequence, self.last_sequence, self._head, self._head_span, self._names, tail,
             list(self._past), self._sessions, self._previous_at]
        ).decode()  # fmt: skip

    @classmethod
    def decoded(cls, state: str, *, number: int, start_tokens: int) -> "OpenSegment":
        """The segment as it was when `encoded`."""
        found = _decoder.decode(state)
        made = cls(number, found.first_sequence, start_tokens)
        made.last_sequence = found.last_sequence
        made._head, made._head_span, made._names = found.head, found.head_span, found.names
        made._tail = [TurnFacts(*one) for one in found.tail]
        made._past = dict.fromkeys(found.past)
        made._sessions, made._previous_at = found.sessions, found.previous_at
        made.turn_total = found.head[0] + len(found.tail)
        made.token_total = found.head[1] + sum(one[2][1] for one in found.tail)
        return made

    @classmethod
    def of_counts(cls, stored: Stored) -> "OpenSegment":
        """A stored segment that has no state: its words are not known, so its topic begins anew."""
        made = cls(stored.number, stored.first_sequence, stored.start_tokens)
        made.last_sequence = stored.last_sequence
        made._head = tuple(getattr(stored, name) for name in Counts._fields)
        made._head_span = (stored.first_at, stored.last_at)
        made._previous_at = stored.last_at
        made.turn_total, made.token_total = made._head[0], made._head[1]
        return made
