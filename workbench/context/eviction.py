"""Which segments stay within a token budget: three policies, as pure functions over what is known of each segment.

A policy gives a key; what has the highest keys stays. Keys of ``lru`` and ``heat`` are times, so they compare across
conversations; ``priority`` compares within one conversation. Pinned segments go last. Nothing is lost by an eviction:
an evicted segment is compressed or archived, and comes back when it is needed (`workbench.context.lifecycle`).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.errors import UsageError

HEAT_HALF_LIFE_S = 14 * 86_400.0
"""Seconds after which a use counts half. An hour makes heat the same as LRU; a year makes it a plain count of uses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evictable:
    """What a policy may look at.

    Parameters
    ----------
    number : int
        Of the segment.
    token_count : int
    priority : float
        See `workbench.context.scoring`.
    last_at : datetime
        When its last turn was said.
    pinned : bool
    heat : float
        Uses by windows, each halved by every half-life until `heat_at`.
    heat_at : datetime or None
        When it was used last; None for never.
    """

    number: int
    token_count: int
    priority: float
    last_at: datetime
    pinned: bool = False
    heat: float = 0.0
    heat_at: datetime | None = None


Key = tuple[float, ...]
Policy = Callable[[Evictable], Key]


def lru(segment: Evictable) -> Key:
    """The segment that was used last, or said last when it was never used, stays."""
    used = segment.last_at if segment.heat_at is None else max(segment.last_at, segment.heat_at)
    return used.timestamp(), segment.number


def priority(segment: Evictable) -> Key:
    """The segment with the highest priority stays."""
    return segment.priority, segment.number


def heat(segment: Evictable) -> Key:
    """The hottest segment stays; being said counts as the first use.

    Every heat halves in the same time, so the order at one moment is the order at every moment: the key is the
    logarithm of the heat on a scale of half-lives since 1970, and needs no clock.
    """
    if segment.heat_at is None or segment.heat <= 0:
        return segment.last_at.timestamp() / HEAT_HALF_LIFE_S, segment.number
    return segment.heat_at.timestamp() / HEAT_HALF_LIFE_S + math.log2(segment.heat), segment.number


EVICTION_POLICIES: dict[str, Policy] = {"lru": lru, "priority": priority, "heat": heat}


@dataclass(frozen=True, slots=True)
class Eviction:
    """What stays and what goes.

    Parameters
    ----------
    kept, evicted : tuple of int
        Numbers of segments, ascending.
    reasons : mapping of int to str
        Number of an evicted segment -> why it went.
    """

    kept: tuple[int, ...]
    evicted: tuple[int, ...]
    reasons: Mapping[int, str]


def policy_of(name: str) -> Policy:
    """The policy of that name.

    Raises
    ------
    UsageError
        When there is none.
    """
    try:
        return EVICTION_POLICIES[name]
    except KeyError:
        raise UsageError(f"no eviction policy {name!r}; policies: {', '.join(EVICTION_POLICIES)}") from None


def in_order(segments: Iterable[Evictable], policy: str | Policy) -> list[Evictable]:
    """The segments as they would go: first the one that goes first."""
    key = policy_of(policy) if isinstance(policy, str) else policy
    return sorted(segments, key=lambda one: (one.pinned, key(one)))


def evict(segments: Sequence[Evictable], *, budget_tokens: int, policy: str | Policy = "priority") -> Eviction:
    """Let segments go, lowest key first, until the rest fits a budget.

    Parameters
    ----------
    segments : sequence of Evictable
    budget_tokens : int
    policy : str or callable
        A name of `EVICTION_POLICIES`, or a function of a segment that gives its key.

    Raises
    ------
    UsageError
        When there is no such policy.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> noon = datetime(2026, 1, 31, 12, tzinfo=UTC)
    >>> points = {1: 3.0, 2: 1.0, 3: 2.0}
    >>> made = [Evictable(number=n, token_count=100, priority=p, last_at=noon) for n, p in points.items()]
    >>> found = evict(made, budget_tokens=200, policy="priority")
    >>> found.kept, found.evicted, found.reasons[2]
    ((1, 3), (2,), 'priority: lowest of 3 segments with 300 tokens, budget 200')
    """
    name = policy if isinstance(policy, str) else getattr(policy, "__name__", "policy")
    left = in_order(segments, policy)
    total = sum(one.token_count for one in left)
    reasons: dict[int, str] = {}
    gone = 0
    while total > budget_tokens:
        one = left[gone]
        pinned = "pinned, but " if one.pinned else ""
        reasons[one.number] = (
            f"{name}: {pinned}lowest of {len(left) - gone} segments with {total} tokens, budget {budget_tokens}"
        )
        total -= one.token_count
        gone += 1
    kept = sorted(one.number for one in left[gone:])
    return Eviction(tuple(kept), tuple(sorted(reasons)), reasons)
