"""Which segments to keep in a window first, and why: a priority with its parts.

The weight of a segment is its importance, halved for every `HALF_LIFE_TOKENS` said since. What is stored is the
weight's logarithm on a scale that begins at the conversation's first token; what is asked and what the user said of
the segment are added when it is read::

    priority = log2(importance) + (tokens of the conversation up to the segment's end) / HALF_LIFE_TOKENS
             + feedback + RELEVANCE_POINTS * relevance

Everything said later lowers all older weights by the same factor, so the *order* of stored priorities never changes
when a conversation grows: a stored priority stays right and nothing is ever scored again. One point of difference
means twice the weight. Pinned segments come before all others, whatever their points.

Importance is 1 plus eight shares between 0 and 1: of tokens that the user said, and of turns that name something,
decide, prefer, hold code, hold a number, commit somebody, or are system turns (`workbench.context.signals`).
"""

import math
from dataclasses import dataclass

from workbench.context.segments import Segment

HALF_LIFE_TOKENS = 250_000
"""Tokens after which a segment weighs half. With importance up to 9 times, a segment can outrank one that is three
half-lives newer. At 16,000 the order of a long conversation is pure recency, whatever was said or asked; from 250,000
on, what a question needs is found in a conversation of a million tokens (`docs/segments.md`)."""

RELEVANCE_POINTS = 16.0
"""Points of a segment that answers the question best: more than importance and four million tokens of age can take."""

SHARES: dict[str, str] = {
    "entity_ratio": "entity_turns",
    "decision_ratio": "decision_turns",
    "preference_ratio": "preference_turns",
    "code_ratio": "code_turns",
    "number_ratio": "number_turns",
    "commitment_ratio": "commitment_turns",
    "system_ratio": "system_turns",
}
"""Part of the importance -> the segment's count of turns that it is a share of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A priority and what it is made of.

    Parameters
    ----------
    priority : float
        Higher is kept first; comparable within one conversation only.
    importance : float
        1 to 9; the sum of 1 and the eight shares.
    recency : float
        Half-lives from the conversation's start to the segment's end.
    asked_ratio, entity_ratio, decision_ratio, preference_ratio, code_ratio, number_ratio, commitment_ratio, \
system_ratio : float
        0 to 1 each.
    feedback : float
        -1 to 1: what users said of its turns.
    relevance : float
        0 to 1: how well it answers the query; 0 when there is none.
    pinned : bool
        Before all that are not.
    """

    priority: float
    importance: float
    recency: float
    asked_ratio: float
    entity_ratio: float = 0.0
    decision_ratio: float = 0.0
    preference_ratio: float = 0.0
    code_ratio: float = 0.0
    number_ratio: float = 0.0
    commitment_ratio: float = 0.0
    system_ratio: float = 0.0
    feedback: float = 0.0
    relevance: float = 0.0
    pinned: bool = False

    @property
    def order(self) -> tuple[bool, float]:
        """What to sort by, highest first."""
        return self.pinned, self.priority


def stored_parts(segment: Segment) -> tuple[float, float, float]:
    """Priority, importance and recency without what is added on reading; for every segment that is written."""
    counted = (
        segment.entity_turns
        + segment.decision_turns
        + segment.preference_turns
        + segment.code_turns
        + segment.number_turns
        + segment.commitment_turns
        + segment.system_turns
    )
    asked = segment.user_tokens / segment.token_count if segment.token_count else 0.0
    importance = 1.0 + asked + counted / max(1, segment.turn_count)
    recency = (segment.start_tokens + segment.token_count) / HALF_LIFE_TOKENS
    return math.log2(importance) + recency, importance, recency


def score(segment: Segment, *, relevance: float = 0.0, pinned: bool = False, feedback: float = 0.0) -> Score:
    """The score of a segment.

    Parameters
    ----------
    segment : Segment
    relevance : float
        0 to 1, for a query.
    pinned : bool
    feedback : float
        Sum of what users said of its turns; counts from -1 to 1.

    Examples
    --------
    Half said by the user, every turn with a number, none else: importance 1 + ½ + 1 = 2½; at its end 250,000 tokens
    were said: recency 1; log2(2.5) + 1 = 2.3219.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> segment = Segment(8, 141, 160, noon, noon, turn_count=20, token_count=2000, start_tokens=248_000,
    ...     user_tokens=1000, number_turns=20)
    >>> round(score(segment).priority, 4)
    2.3219
    >>> round(score(segment, relevance=0.5, feedback=-1).priority, 4)
    9.3219
    """
    turns = max(1, segment.turn_count)
    asked = segment.user_tokens / segment.token_count if segment.token_count else 0.0
    shares = {part: getattr(segment, count) / turns for part, count in SHARES.items()}
    stored, importance, recency = stored_parts(segment)
    said = max(-1.0, min(1.0, feedback))
    return Score(
        priority=stored + said + RELEVANCE_POINTS * relevance,
        importance=importance,
        recency=recency,
        asked_ratio=asked,
        feedback=said,
        relevance=relevance,
        pinned=pinned,
        **shares,
    )


def explained(found: Score) -> str:
    """The score in words, its largest parts first.

    Examples
    --------
    >>> explained(Score(priority=2.0, importance=2.0, recency=1.0, asked_ratio=0.25, number_ratio=0.75))
    'priority 2.00 = log2(importance 2.00) + recency 1.00; importance: number 0.75, asked 0.25'
    """
    ratios = {name[:-6]: getattr(found, name) for name in ("asked_ratio", *SHARES)}
    parts = [f"{name} {ratio:.2f}" for name, ratio in sorted(ratios.items(), key=lambda one: -one[1]) if ratio]
    sums = [f"log2(importance {found.importance:.2f})", f"recency {found.recency:.2f}"]
    sums += [f"feedback {found.feedback:+.2f}"] if found.feedback else []
    sums += [f"{RELEVANCE_POINTS:g} × relevance {found.relevance:.2f}"] if found.relevance else []
    told = f"priority {found.priority:.2f} = {' + '.join(sums)}; importance: {', '.join(parts) or 'nothing special'}"
    return f"pinned; {told}" if found.pinned else told
