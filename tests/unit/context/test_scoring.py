"""Priorities: what they are made of, and that their order is for good."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.scoring import HALF_LIFE_TOKENS, RELEVANCE_POINTS, SHARES, explained, score
from workbench.context.segments import Segment

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PLAIN = Segment(1, 1, 4, NOON, NOON, turn_count=4, token_count=1_000)


def test_a_priority_can_be_explained_by_its_parts() -> None:
    found = score(replace(PLAIN, user_tokens=250, number_turns=2, commitment_turns=1))
    # 1 + 250/1000 + 2/4 + 1/4 = 2, whose logarithm is 1; 1,000 / 250,000 half-lives
    assert (found.asked_ratio, found.number_ratio, found.commitment_ratio) == (0.25, 0.5, 0.25)
    assert found.importance == 2.0
    assert found.recency == 1_000 / 250_000
    assert found.priority == 1.0 + 0.004
    assert "number 0.50, asked 0.25, commitment 0.25" in explained(found)


def test_every_kind_of_turn_that_counts_has_a_part_of_its_own() -> None:
    counts = dict.fromkeys(SHARES.values(), 4)
    found = score(replace(PLAIN, user_tokens=1_000, **counts))
    assert [getattr(found, part) for part in ("asked_ratio", *SHARES)] == [1.0] * 8
    assert found.importance == 9.0
    for count in counts:
        assert score(replace(PLAIN, **{count: 4})).importance == 2.0


def test_relevance_and_feedback_add_points_and_are_bounded_and_told() -> None:
    plain = score(PLAIN)
    asked = score(PLAIN, relevance=0.25, feedback=7)
    assert (plain.relevance, plain.feedback, asked.feedback) == (0.0, 0.0, 1.0)
    assert asked.priority == plain.priority + 1.0 + RELEVANCE_POINTS * 0.25
    assert "feedback +1.00 + 16 × relevance 0.25" in explained(asked)


def test_a_pinned_segment_comes_before_everything_however_old() -> None:
    old, new = score(PLAIN, pinned=True), score(replace(PLAIN, start_tokens=10**9, user_tokens=1_000), relevance=1.0)
    assert max(old, new, key=lambda one: one.order) is old
    assert explained(old).startswith("pinned; ")


def test_twice_the_importance_outweighs_one_half_life() -> None:
    old = score(replace(PLAIN, user_tokens=1_000))
    new = score(replace(PLAIN, start_tokens=HALF_LIFE_TOKENS))
    assert old.importance == 2 * new.importance
    assert old.priority == pytest.approx(new.priority)


def test_an_empty_segment_has_a_score() -> None:
    assert score(Segment(1, 1, 1, NOON, NOON, turn_count=1)).priority == 0.0


@given(st.integers(0, 10**6), st.integers(0, 1_000), st.lists(st.integers(0, 4), min_size=7, max_size=7))
def test_importance_lies_between_one_and_nine(start: int, asked: int, counts: list[int]) -> None:
    segment = replace(PLAIN, start_tokens=start, user_tokens=asked, **dict(zip(SHARES.values(), counts, strict=True)))
    assert 1.0 <= score(segment).importance <= 9.0


@given(st.lists(st.integers(1, 3_000), min_size=2, max_size=30), st.data())
def test_growing_never_changes_the_order_of_what_is_stored(sizes: list[int], data: st.DataObject) -> None:
    # weight = importance * 2 ** -(tokens said since / half-life), computed anew at each length of the conversation
    segments, start = [], 0
    for number, tokens in enumerate(sizes, 1):
        counts = {count: data.draw(st.integers(0, 4)) for count in SHARES.values()}
        segments.append(replace(PLAIN, number=number, start_tokens=start, token_count=tokens, **counts))
        start += tokens
    stored = {one.number: score(one) for one in segments}

    def weight(one: Segment, said: int) -> float:
        since = said - one.start_tokens - one.token_count
        return stored[one.number].importance * 2 ** (-since / HALF_LIFE_TOKENS)

    for one in segments:
        for other in segments:
            gap = stored[one.number].priority - stored[other.number].priority
            assert weight(one, start) / weight(other, start) == pytest.approx(2**gap)
