"""How much more than chance: exact tails, and lower bounds that hold for all comparisons at once."""

import math
from dataclasses import dataclass

import numpy as np

FAMILY_ERROR = 0.05
"""Probability that of *all* comparisons of one kind any is above its bound by chance, when there is nothing to find.
Larger: more weak patterns are kept, and more of them are none."""

_ROUNDS = 60  # of halving; 40 units of log odds to 1e-16
_WIDEST = 40.0  # log odds ratio beyond which nothing is told apart


@dataclass(frozen=True, slots=True)
class Evidence:
    """How a count compares with chance.

    Parameters
    ----------
    p_value : float
        Probability of as many or more by chance, for this comparison alone.
    lift : float
        Observed share by the share expected by chance.
    odds_ratio_low : float
        Lower bound of the odds ratio, simultaneous over all comparisons at `FAMILY_ERROR`; 1: no more than chance.
    """

    p_value: float
    lift: float
    odds_ratio_low: float

    @property
    def confidence(self) -> float:
        """Lower bound of the probability of superiority, 0 to 1; one half is chance.

        Take a case where the pattern should show and one where it should not, and exactly one of them shows it:
        with at least this probability it is the former (odds ratio w: w / (1 + w), Yule's Q as a probability).
        """
        return self.odds_ratio_low / (1.0 + self.odds_ratio_low)


NOTHING = Evidence(1.0, 0.0, 0.0)
"""Of a comparison that cannot show anything."""


def _log_choose(n: int, k: "np.ndarray") -> "np.ndarray":
    gammas = np.array([math.lgamma(n + 1) - math.lgamma(one + 1) - math.lgamma(n - one + 1) for one in k.tolist()])
    return gammas


def _tail(logs: "np.ndarray", values: "np.ndarray", log_odds: float, at: int) -> float:
    tilted = logs + values * log_odds
    tilted -= tilted.max()
    weights = np.exp(tilted)
    return float(weights[at:].sum() / weights.sum())


def _lowest(logs: "np.ndarray", values: "np.ndarray", at: int, level: float) -> float:
    """Log odds (ratio) at which what was seen, or more, has probability `level`."""
    low, high = -_WIDEST, _WIDEST
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        if _tail(logs, values, middle, at) < level:
            low = middle
        else:
            high = middle
    return low


def compare_shares(hits: int, cases: int, *, other_hits: int, other_cases: int, comparisons: int) -> Evidence:
    """Whether `hits` of `cases` are more than `other_hits` of `other_cases`: Fisher's exact test and its bound.

    Parameters
    ----------
    hits, cases, other_hits, other_cases : int
    comparisons : int
        How many such comparisons are made, this one included.

    Examples
    --------
    >>> found = compare_shares(8, 10, other_hits=20, other_cases=1000, comparisons=100)
    >>> found.p_value < 1e-9, found.confidence > 0.9
    (True, True)
    >>> compare_shares(2, 10, other_hits=200, other_cases=1000, comparisons=100).confidence < 0.5
    True
    """
    if hits <= 0 or cases <= 0 or other_cases <= 0:
        return NOTHING
    total, marked = cases + other_cases, hits + other_hits
    first, last = max(0, marked - other_cases), min(cases, marked)
    if first == last:
        return NOTHING
    values = np.arange(first, last + 1)
    logs = _log_choose(cases, values) + _log_choose(other_cases, marked - values)
    at = hits - first
    p_value = _tail(logs, values, 0.0, at)
    lift = (hits / cases) / (marked / total)
    low = _lowest(logs, values, at, FAMILY_ERROR / max(1, comparisons))
    return Evidence(p_value, lift, math.exp(low))


def compare_with_chance(hits: int, cases: int, *, chance: float, comparisons: int) -> Evidence:
    """Whether `hits` of `cases` are more than a known chance explains: the binomial tail and its bound.

    `chance` may be the mean of chances that differ from case to case: that only makes the tail lighter than the
    binomial's (Hoeffding 1956).

    Examples
    --------
    >>> found = compare_with_chance(36, 40, chance=1 / 3, comparisons=10)
    >>> round(found.lift, 1), found.confidence > 0.8
    (2.7, True)
    """
    if hits <= 0 or cases <= 0 or not 0 < chance < 1:
        return NOTHING
    values = np.arange(0, cases + 1)
    logs = _log_choose(cases, values)
    chance_log_odds = math.log(chance / (1 - chance))
    p_value = _tail(logs, values, chance_log_odds, hits)
    low = _lowest(logs, values, hits, FAMILY_ERROR / max(1, comparisons))
    return Evidence(p_value, hits / cases / chance, math.exp(low - chance_log_odds))
