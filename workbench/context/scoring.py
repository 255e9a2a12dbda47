"""Which segments to keep in a window first, and why: a priority with its parts.

The weight of a segment is its importance, halved for every `HALF_LIFE_TOKENS` said since. What is kept
is the weight's logarithm on a scale that begins at the conversation's first token::

    priority = log2(importance) + (tokens of the conversation up to the segment's end) / HALF_LIFE_TOKENS

Everything said later lowers all older weights by the same factor, so the *order* of priorities never
changes when a conversation grows: a stored priority stays right and nothing is ever scored again. One
point of difference means twice the weight.

Importance lies between 1 and 4: 1, plus the share of tokens that the user said, plus the share of turns
that state a fact, plus the share of turns that commit somebody (`workbench.context.signals`).
"""

import math
from dataclasses import dataclass

from workbench.context.segments import Segment

HALF_LIFE_TOKENS = 16_000
"""Tokens after which a segment weighs half: about an hour of talk. With importance up to 4 times, a
segment can outrank one that is up to two half-lives newer; a smaller value makes the order pure recency."""


@dataclass(frozen=True, slots=True)
class Score:
    """A priority and what it is made of.

    Parameters
    ----------
    priority : float
        Higher is kept first; comparable within one conversation only.
    importance : float
        1 to 4; the sum of 1 and the three shares.
    recency : float
        Half-lives from the conversation's start to the segment's end.
    asked_ratio, fact_ratio, commitment_ratio : float
        0 to 1 each.
    """

    priority: float
    importance: float
    recency: float
    asked_ratio: float
    fact_ratio: float
    commitment_ratio: float


def score(segment: Segment) -> Score:
    """The score of a segment.

    Examples
    --------
    Half said by the user, every turn a fact, none a commitment: importance 1 + ½ + 1 + 0 = 2½; at its end
    16,000 tokens were said: recency 1; log2(2.5) + 1 = 2.3219.

    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> segment = Segment(8, 141, 160, noon, noon, turn_count=20, token_count=2000, start_tokens=14000,
    ...     user_tokens=1000, fact_turns=20)
    >>> round(score(segment).priority, 4)
    2.3219
    """
    asked = segment.user_tokens / segment.token_count if segment.token_count else 0.0
    turns = max(1, segment.turn_count)
    facts, commitments = segment.fact_turns / turns, segment.commitment_turns / turns
    importance = 1.0 + asked + facts + commitments
    recency = (segment.start_tokens + segment.token_count) / HALF_LIFE_TOKENS
    return Score(math.log2(importance) + recency, importance, recency, asked, facts, commitments)
