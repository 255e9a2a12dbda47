"""The segment that still grows: its sums, its last turns apart, and the words said before them."""

import zlib
from datetime import datetime
from typing import Any, Literal

import msgspec

from workbench.context import cohesion
from workbench.context.tallies import (
    COUNTS,
    TurnFacts,
    add_names,
    count,
    facts_of,
    microseconds,
    moment,
    take_names,
    top_names,
)
from workbench.context.turns import Turn

SESSIONS_KEPT = 8
"""Sessions that were heard last; one of them that speaks again begins no segment."""


class _State(msgspec.Struct, array_like=True, gc=False):
    head_us: tuple[int, int] | None
    names: dict[str, int]
    tail: list[TurnFacts]
    past: str
    sessions: list[int]
    previous_us: int


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(_State)


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
        *("number", "first_sequence", "last_sequence", "start_tokens", "counts", "_head_us", "_names", "_tail"),
        *("_past", "_sessions", "_previous_us", "_session_id"),
    )

    def __init__(self, number: int, first_sequence: int, start_tokens: int) -> None:
        self.number = number
        self.first_sequence = self.last_sequence = first_sequence
        self.start_tokens = start_tokens
        self.counts = [0] * len(COUNTS)
        self._head_us: tuple[int, int] | None = None
        self._names: dict[str, int] = {}
        self._tail: list[TurnFacts] = []
        self._past: dict[str, None] = {}
        self._sessions: list[int] = []
        self._previous_us = 0
        self._session_id = ""

    def closing(
        self, turn: Turn, at_us: int, *, budget_tokens: int, gap_s: float
    ) -> Literal["gap", "session", "budget"] | None:
        """Why this turn, said at that time, begins a new segment; None when it goes on with this one."""
        if at_us - self._previous_us > gap_s * 1_000_000:
            return "gap"
        other = turn.session_id and turn.session_id != self._session_id and self._sessions
        if other and _session_key(turn.session_id) not in self._sessions:
            return "session"
        return "budget" if self.counts[1] + turn.tokens > budget_tokens else None

    def add(self, turn: Turn, at_us: int) -> None:
        """Add a turn at the end, said so many microseconds after 1970."""
        facts = facts_of(turn, at_us)
        count(self.counts, facts)
        if facts.names:
            add_names(self._names, facts.names)
        self._tail.append(facts)
        self.last_sequence = turn.sequence
        self._previous_us = at_us
        if turn.session_id and turn.session_id != self._session_id:
            self._session_id = turn.session_id
            key = _session_key(turn.session_id)
            if key not in self._sessions:
                self._sessions = [*self._sessions, key][-SESSIONS_KEPT:]
        if len(self._tail) > cohesion.TAIL_TURNS:
            oldest = self._tail.pop(0)
            head = self._head_us or (oldest.at_us, oldest.at_us)
            self._head_us = (min(head[0], oldest.at_us), max(head[1], oldest.at_us))
            cohesion.remember(self._past, oldest.stems.split())

    def has_turned(self) -> bool:
        """Whether the last turns are about something else than the ones before them."""
        if len(self._tail) < cohesion.TAIL_TURNS or self.counts[0] - len(self._tail) < cohesion.LEAST_TURNS:
            return False
        return cohesion.is_other_topic(self._past, [one.stems for one in self._tail])

    def followed(self, first_sequence: int, *, same_topic: bool) -> "OpenSegment":
        """The empty segment after this one; on the same topic it remembers what was said."""
        after = OpenSegment(self.number + 1, first_sequence, self.start_tokens + self.counts[1])
        after._sessions, after._session_id, after._previous_us = self._sessions, self._session_id, self._previous_us
        if same_topic:
            after._past = dict(self._past)
            for one in self._tail:
                cohesion.remember(after._past, one.stems.split())
        return after

    def split(self) -> tuple["OpenSegment", "OpenSegment"]:
        """The part before the last turns, and those turns as the segment that goes on."""
        tail, self._tail = self._tail, []
        for one in tail:
            count(self.counts, one, -1)
            take_names(self._names, one.names)
        after = OpenSegment(self.number + 1, tail[0].sequence, self.start_tokens + self.counts[1])
        for one in tail:
            count(after.counts, one)
            add_names(after._names, one.names)
        after._tail, after.last_sequence = tail, self.last_sequence
        after._sessions, after._session_id, after._previous_us = self._sessions, self._session_id, self._previous_us
        self.last_sequence = tail[0].sequence - 1
        return self, after

    def span(self) -> tuple[datetime, datetime]:
        """Earliest and latest time at which one of its turns was said."""
        times = [one.at_us for one in self._tail]
        if self._head_us is not None:
            times += self._head_us
        return moment(min(times)), moment(max(times))

    def top_names(self) -> tuple[str, ...]:
        """Its names, those of most turns first."""
        return top_names(self._names)

    def encoded(self) -> str:
        """What is needed to go on later beside the segment's counts: JSON of a kilobyte or two."""
        past = " ".join(self._past)
        state = (self._head_us, self._names, self._tail, past, self._sessions, self._previous_us)
        return _encoder.encode(state).decode()

    @classmethod
    def resumed(cls, stored: Any) -> "OpenSegment":
        """The segment as it was when its counts and `encoded` were stored.

        Parameters
        ----------
        stored : Segment
            One without a state was stored before there were any: its words are not known, so its topic begins anew.
        """
        made = cls(stored.number, stored.first_sequence, stored.start_tokens)
        made.last_sequence = stored.last_sequence
        made.counts = [getattr(stored, name) for name in COUNTS]
        if not stored.state:
            made._head_us = (microseconds(stored.first_at), microseconds(stored.last_at))
            made._previous_us = made._head_us[1]
            return made
        found = _decoder.decode(stored.state)
        made._head_us, made._names, made._sessions = found.head_us, found.names, found.sessions
        made._tail = found.tail
        made._past = dict.fromkeys(found.past.split())
        made._previous_us = found.previous_us
        return made


def _session_key(session_id: str) -> int:
    return zlib.crc32(session_id.encode(errors="surrogatepass"))  # ids may be long, and this travels with each segment
