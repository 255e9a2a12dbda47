"""A store of segments with a budget, a conversation that fills it, and a policy that chooses what leaves (pure).

The segments are cut and weighed by the engine's own functions; each part of the conversation is one, for hours lie
between the parts. A question is answered when every part that it needs is still there; those are then used.
"""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.catalogue.tokens import count_tokens
from workbench.context.scoring import score
from workbench.context.segments import Segment, SegmentRules, append_turns
from workbench.context.turns import Turn

_AT = datetime(2026, 1, 31, 8, tzinfo=UTC)
_BETWEEN = timedelta(hours=3)
_RULES = SegmentRules(budget_tokens=10_000, gap_s=3600, topic_shift=False)

Policy = Callable[[Sequence[Any], int], Iterable[int]]
"""Takes segments and a budget, gives the numbers of those that leave."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A labelled conversation.

    Parameters
    ----------
    segments : tuple of Segment
    asks : tuple of tuple of int
        For each segment the numbers of those that the question at its beginning needs.
    texts : tuple of str
        How each segment begins.
    budget_tokens : int
    """

    segments: tuple[Segment, ...]
    asks: tuple[tuple[int, ...], ...]
    texts: tuple[str, ...]
    budget_tokens: int


def read_talk(path: Path) -> Talk:
    """The conversation of a file of the exercise."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    turns: list[Turn] = []
    for number, part in enumerate(data["part"]):
        for place, said in enumerate(part["turns"]):
            role, _, text = said.partition(": ")
            at = _AT + number * _BETWEEN + timedelta(minutes=place)
            turns.append(Turn(len(turns) + 1, role, text, count_tokens(text), at))
    return Talk(
        tuple(append_turns(None, turns, _RULES)),
        tuple(tuple(part.get("asks", ())) for part in data["part"]),
        tuple(part["turns"][0].partition(": ")[2] for part in data["part"]),
        data["budget_tokens"],
    )


def lru(segments: Sequence[Any], budget_tokens: int) -> list[int]:
    """The policy to beat: what was not used for longest leaves first."""
    evicted = []
    for one in sorted(segments, key=lambda one: (not one.pinned, one.unused_tokens, -one.number)):
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted


@dataclass(slots=True)
class _Use:
    at_tokens: int
    count: int = 0


def answered(talk: Talk, policy: Policy, shown: Callable[..., Any]) -> tuple[list[int], list[int]]:
    """Let a conversation pass through a store that a policy keeps within its budget.

    Parameters
    ----------
    talk : Talk
    policy : callable
    shown : callable
        Makes what the policy sees of a segment: number, tokens, age_tokens, unused_tokens, uses, importance, pinned.

    Returns
    -------
    list of int, list of int
        Segments whose question was answered, and those whose question was not.
    """
    stored: dict[int, Segment] = {}
    used: dict[int, _Use] = {}
    good: list[int] = []
    bad: list[int] = []
    for segment, asks in zip(talk.segments, talk.asks, strict=True):
        if asks:
            (good if all(one in stored for one in asks) else bad).append(segment.number)
        for one in stored.keys() & set(asks):
            used[one] = _Use(segment.start_tokens, used[one].count + 1)
        now = segment.start_tokens + segment.token_count
        stored[segment.number], used[segment.number] = segment, _Use(now)
        seen = [
            shown(
                number=one.number,
                tokens=one.token_count,
                age_tokens=now - one.start_tokens - one.token_count,
                unused_tokens=now - used[one.number].at_tokens,
                uses=used[one.number].count,
                importance=score(one).importance,
                pinned=False,
            )
            for one in stored.values()
        ]
        for gone in policy(seen, talk.budget_tokens):
            del stored[gone]
    return good, bad
