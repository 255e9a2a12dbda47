"""Tails and bounds against values worked out by hand, and the error that they promise."""

import random
from math import comb

import pytest

from workbench.learning.statistics import FAMILY_ERROR, compare_shares, compare_with_chance


def test_fishers_tail_is_the_hypergeometric_sum() -> None:
    # 4 marked of 10, 5 marked of 100 in all: P(X >= 4) = [C(10,4) C(90,1) + C(10,5)] / C(100,5)
    expected = (comb(10, 4) * 90 + comb(10, 5)) / comb(100, 5)
    assert compare_shares(4, 10, other_hits=1, other_cases=90, comparisons=1).p_value == pytest.approx(expected)


def test_the_binomial_tail_is_the_sum_over_its_places() -> None:
    # P(X >= 3 | 4, 1/2) = (4 + 1) / 16
    assert compare_with_chance(3, 4, chance=0.5, comparisons=1).p_value == pytest.approx(5 / 16)


def test_against_an_even_chance_the_confidence_is_the_lower_bound_of_the_share() -> None:
    # all of 10: p^10 = 0.05 at the bound, so p = 0.05^(1/10)
    assert compare_with_chance(10, 10, chance=0.5, comparisons=1).confidence == pytest.approx(0.05**0.1)


def test_the_bound_of_many_comparisons_is_lower() -> None:
    one = compare_shares(8, 10, other_hits=10, other_cases=100, comparisons=1)
    many = compare_shares(8, 10, other_hits=10, other_cases=100, comparisons=1000)
    assert one.p_value == many.p_value
    assert one.confidence > many.confidence > 0.5


@pytest.mark.parametrize("hits", [0, -1])
def test_what_was_never_seen_shows_nothing(hits: int) -> None:
    assert compare_shares(hits, 10, other_hits=1, other_cases=10, comparisons=1).confidence == 0
    assert compare_with_chance(hits, 10, chance=0.1, comparisons=1).confidence == 0


def test_what_everybody_shows_shows_nothing() -> None:
    assert compare_shares(10, 10, other_hits=90, other_cases=90, comparisons=1).confidence == 0


def test_above_one_half_by_chance_no_more_often_than_promised() -> None:
    chosen = random.Random(7)
    false = 0
    for _ in range(150):  # families of 10 comparisons of equal shares
        found = [
            compare_shares(
                sum(chosen.random() < 0.2 for _ in range(30)),
                30,
                other_hits=sum(chosen.random() < 0.2 for _ in range(200)),
                other_cases=200,
                comparisons=10,
            )
            for _ in range(10)
        ]
        false += any(one.confidence > 0.5 for one in found)
    assert false <= 150 * FAMILY_ERROR * 2.5  # at most 7.5 expected; 18 is four standard deviations more
