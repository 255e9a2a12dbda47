"""Priorities: what they are made of, and that their order is for good."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.scoring import HALF_LIFE_TOKENS, score
from workbench.context.segments import Segment

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PLAIN = Segment(1, 1, 4, NOON, NOON, turn_count=4, token_count=1_000)


def test_a_priority_can_be_explained_by_its_parts() -> None:
    found = score(replace(PLAIN, user_tokens=250, fact_turns=2, commitment_turns=1))
    # 1 + 250/1000 + 2/4 + 1/4 = 2, whose logarithm is 1; 1,000 / 16,000 half-lives
    assert (found.asked_ratio, found.fact_ratio, found.commitment_ratio) == (0.25, 0.5, 0.25)
    assert found.importance == 2.0
    assert found.recency == 1_000 / 16_000
    assert found.priority == 1.0 + 0.0625


def test_twice_the_importance_outweighs_one_half_life() -> None:
    old = score(replace(PLAIN, user_tokens=1_000))
    new = score(replace(PLAIN, start_tokens=HALF_LIFE_TOKENS))
    assert old.importance == 2 * new.importance
    assert old.priority == pytest.approx(new.priority)


def test_an_empty_segment_has_a_score() -> None:
    assert score(Segment(1, 1, 1, NOON, NOON, turn_count=1)).priority == 0.0


@given(st.integers(0, 10**6), st.integers(0, 1_000), st.integers(0, 4), st.integers(0, 4))
def test_importance_lies_between_one_and_four(start: int, asked: int, facts: int, commitments: int) -> None:
    found = score(replace(PLAIN, start_tokens=start, user_tokens=asked, fact_turns=facts, commitment_turns=commitments))
    assert 1.0 <= found.importance <= 4.0
