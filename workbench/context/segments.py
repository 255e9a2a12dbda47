"""Cut a conversation into segments, one turn after the other: by token budget, silence, session and topic.

A segment is closed before the turn that would overfill it, that follows a silence longer than the gap, or that begins
a new session; and before the eighth-last turn when the talk has turned to another topic since
(`workbench.context.cohesion`). What is closed is never touched again: appending changes the last segment and adds new
ones. What the segmentation needs to go on is bounded and kept with the last segment (`Segment.state`), so the result
does not depend on how the turns were grouped into batches.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.context.open_segment import OpenSegment
from workbench.context.tallies import microseconds
from workbench.context.turns import Turn

ClosedBy = Literal["budget", "gap", "session", "topic", "completed"]


@dataclass(frozen=True, slots=True)
class SegmentRules:
    """What closes a segment.

    Parameters
    ----------
    budget_tokens : int
        Most tokens of a segment.
    gap_s : float
        Seconds of silence beyond which a new segment begins.
    topic_shift : bool
        Whether a change of topic begins a new segment, too.
    """

    budget_tokens: int
    gap_s: float
    topic_shift: bool = True


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
        Turns that state a fact (a number, code or an address), turns that commit somebody to something; see
        `workbench.context.signals`.
    closed_by : {"budget", "gap", "session", "topic", "completed"} or None
        Why the next segment was begun; None while this is the last one.
    entity_turns, decision_turns, preference_turns, code_turns, number_turns, system_turns : int
        Turns that name something, decide, prefer, hold code, hold a number, and system turns.
    state : str
        What the segmentation needs to go on; empty for a closed segment.
    names : tuple of str
        What looks like a name, said in most turns first; at most 8.
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
    entity_turns: int = 0
    decision_turns: int = 0
    preference_turns: int = 0
    code_turns: int = 0
    number_turns: int = 0
    system_turns: int = 0
    state: str = ""
    names: tuple[str, ...] = ()


def _snapshot(segment: OpenSegment, closed_by: ClosedBy | None = None) -> Segment:
    first_at, last_at = segment.span()
    turns, tokens, user_tokens, facts, entities, decisions, preferences, code, numbers, commitments, system = (
        segment.counts
    )
    return Segment(
        segment.number,
        segment.first_sequence,
        segment.last_sequence,
        first_at,
        last_at,
        turns,
        tokens,
        segment.start_tokens,
        user_tokens,
        facts,
        commitments,
        closed_by,
        entities,
        decisions,
        preferences,
        code,
        numbers,
        system,
        "" if closed_by else segment.encoded(),
        segment.top_names(),
    )


def _resumed(last: Segment, turn: Turn) -> OpenSegment:
    found = OpenSegment.resumed(last)
    return found if last.closed_by is None else found.followed(turn.sequence, same_topic=False)


def append_turns(last: Segment | None, turns: Iterable[Turn], rules: SegmentRules) -> list[Segment]:
    """The segments that change when turns are added, in order; the last one is the open one.

    A turn larger than the budget gets a segment of its own. A turn that was said before the one ahead of it (it
    arrived late) never counts as a silence. A session that comes back among the last few begins no segment: two
    sessions that talk at a time would otherwise cut at every turn.

    Parameters
    ----------
    last : Segment or None
        The conversation's last segment; None when it has none. One that is closed (its texts went to the lake) is
        followed by a new segment.
    turns : iterable of Turn
        Stored turns in the order of their sequence.
    rules : SegmentRules

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
    >>> [(s.number, s.token_count, s.closed_by) for s in append_turns(None, turns, SegmentRules(5, gap_s=60))]
    [(1, 5, 'budget'), (2, 1, None)]
    """
    changed: list[Segment] = []
    current: OpenSegment | None = None
    for turn in turns:
        if turn.occurred_at is None:
            raise ValueError(f"turn {turn.sequence} has no time; only stored turns can be segmented")
        at_us = microseconds(turn.occurred_at)
        if current is None:
            current = OpenSegment(1, turn.sequence, 0) if last is None else _resumed(last, turn)
        if current.counts[0]:
            reason = current.closing(turn, at_us, budget_tokens=rules.budget_tokens, gap_s=rules.gap_s)
            if reason is not None:
                changed.append(_snapshot(current, reason))
                current = current.followed(turn.sequence, same_topic=reason == "budget")
        current.add(turn, at_us)
        if rules.topic_shift and current.has_turned():
            head, current = current.split()
            changed.append(_snapshot(head, "topic"))
    if current is not None:
        changed.append(_snapshot(current))
    return changed
