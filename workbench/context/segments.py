"""Cut a conversation into segments, by token budget and by silence, one turn after the other.

A segment is closed by the turn that would overfill it, or by a silence longer than the gap before a
turn. What is closed is never touched again: appending changes the last segment and adds new ones, so
the result does not depend on how the turns were grouped into batches.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from workbench.context.signals import signals_of
from workbench.context.turns import Turn

ClosedBy = Literal["budget", "gap"]


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of turns.

    Parameters
    ----------
    number : int
        Within the conversation, from 1.
    first_sequence, last_sequence : int
        Inclusive.
    first_at, last_at : datetime
        Earliest and latest time at which one of its turns was said.
    turn_count, token_count : int
    start_tokens : int
        Tokens of the conversation before this segment: its place on the scale that recency is measured on.
    user_tokens : int
        Tokens said by the user.
    fact_turns, commitment_turns : int
        Turns that state a fact, turns that commit somebody; see `workbench.context.signals`.
    closed_by : {"budget", "gap"} or None
        Why the next segment was begun; None while this is the last one.
    """

    number: int
    first_sequence: int
    last_sequence: int
    first_at: datetime
    last_at: datetime
    turn_count: int = 0
    token_count: int = 0
    start_tokens: int = 0
    user_tokens: int = 0
    fact_turns: int = 0
    commitment_turns: int = 0
    closed_by: ClosedBy | None = None


def _closing(segment: Segment, turn: Turn, at: datetime, budget_tokens: int, gap_s: float) -> ClosedBy | None:
    if (at - segment.last_at).total_seconds() > gap_s:
        return "gap"
    if segment.token_count + turn.tokens > budget_tokens:
        return "budget"
    return None


def _opened(last: Segment | None, turn: Turn, at: datetime) -> Segment:
    number, start = (1, 0) if last is None else (last.number + 1, last.start_tokens + last.token_count)
    return Segment(number, turn.sequence, turn.sequence, at, at, start_tokens=start)


def _extended(segment: Segment, turn: Turn, at: datetime) -> Segment:
    fact, commitment = signals_of(turn.text)
    return replace(
        segment,
        last_sequence=turn.sequence,
        first_at=min(segment.first_at, at),
        last_at=max(segment.last_at, at),
        turn_count=segment.turn_count + 1,
        token_count=segment.token_count + turn.tokens,
        user_tokens=segment.user_tokens + (turn.tokens if turn.role == "user" else 0),
        fact_turns=segment.fact_turns + fact,
        commitment_turns=segment.commitment_turns + commitment,
    )


def append_turns(last: Segment | None, turns: Iterable[Turn], *, budget_tokens: int, gap_s: float) -> list[Segment]:
    """The segments that change when turns are added, in order; the last one is the open one.

    A turn larger than the budget gets a segment of its own. A turn that was said before the ones
    already there (it arrived late) never counts as a silence.

    Parameters
    ----------
    last : Segment or None
        The conversation's last segment; None when it has none.
    turns : iterable of Turn
        Stored turns in the order of their sequence.
    budget_tokens : int
        Most tokens of a segment.
    gap_s : float
        Seconds of silence beyond which a new segment begins.

    Returns
    -------
    list of Segment
        Empty when there are no turns.

    Examples
    --------
    Budget 5: the turns of 3, 2 and 1 tokens give 3 + 2 = 5, then 1.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> turns = [Turn(1, "user", "a", 3, noon), Turn(2, "assistant", "b", 2, noon), Turn(3, "user", "c", 1, noon)]
    >>> [(s.number, s.token_count, s.closed_by) for s in append_turns(None, turns, budget_tokens=5, gap_s=60)]
    [(1, 5, 'budget'), (2, 1, None)]
    """
    changed: list[Segment] = []
    current = last
    for turn in turns:
        at = turn.occurred_at
        if at is None:
            raise ValueError(f"turn {turn.sequence} has no time; only stored turns can be segmented")
        if current is None:
            current = _opened(None, turn, at)
        elif reason := _closing(current, turn, at, budget_tokens, gap_s):
            current = replace(current, closed_by=reason)
            changed.append(current)
            current = _opened(current, turn, at)
        current = _extended(current, turn, at)
    if current is not None and current is not last:
        changed.append(current)
    return changed
