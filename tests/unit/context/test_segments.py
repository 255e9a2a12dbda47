"""Segments: budget, silence, and that the past stays as it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.segments import Segment, SegmentRules, append_turns
from workbench.context.turns import Turn

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def turn(sequence: int, tokens: int, *, at_s: float = 0, role: str = "user", text: str = "said") -> Turn:
    return Turn(sequence, role, text, tokens, NOON + timedelta(seconds=at_s))  # type: ignore[arg-type]


def test_the_turn_that_would_overfill_a_segment_begins_the_next() -> None:
    # budget 10: 4 + 6 = 10 fits, 1 more does not
    found = append_turns(None, [turn(1, 4), turn(2, 6), turn(3, 1)], SegmentRules(10, gap_s=60))
    assert [(s.number, s.first_sequence, s.last_sequence, s.token_count, s.closed_by) for s in found] == [
        (1, 1, 2, 10, "budget"),
        (2, 3, 3, 1, None),
    ]
    assert [s.start_tokens for s in found] == [0, 10]


def test_a_turn_larger_than_the_budget_gets_a_segment_of_its_own() -> None:
    found = append_turns(None, [turn(1, 99), turn(2, 1)], SegmentRules(10, gap_s=60))
    assert [(s.first_sequence, s.last_sequence) for s in found] == [(1, 1), (2, 2)]


def test_silence_longer_than_the_gap_begins_a_new_segment_and_just_the_gap_does_not() -> None:
    found = append_turns(None, [turn(1, 1), turn(2, 1, at_s=60), turn(3, 1, at_s=120.001)], SegmentRules(10, gap_s=60))
    assert [(s.last_sequence, s.closed_by) for s in found] == [(2, "gap"), (3, None)]


def test_a_turn_that_arrives_late_is_no_silence_and_widens_the_span() -> None:
    (found,) = append_turns(None, [turn(1, 1, at_s=1000), turn(2, 1, at_s=0)], SegmentRules(10, gap_s=60))
    assert (found.first_at, found.last_at) == (NOON, NOON + timedelta(seconds=1000))


def test_counters_tell_who_spoke_and_what_was_stated() -> None:
    turns = [
        turn(1, 3, text="Remember: port 9092."),
        turn(2, 5, role="assistant", text="Fine."),
        turn(3, 2, text="It is in `topic_a`"),
    ]
    (found,) = append_turns(None, turns, SegmentRules(10, gap_s=60))
    assert (found.turn_count, found.token_count, found.user_tokens) == (3, 10, 5)
    assert (found.fact_turns, found.commitment_turns) == (2, 1)


def test_no_turns_change_nothing() -> None:
    last = Segment(3, 7, 9, NOON, NOON, turn_count=3, token_count=4)
    assert append_turns(last, [], SegmentRules(10, gap_s=60)) == []


def test_a_turn_without_a_time_cannot_be_segmented() -> None:
    with pytest.raises(ValueError, match="turn 0 has no time"):
        append_turns(None, [Turn(0, "user", "said", 1)], SegmentRules(10, gap_s=60))


turn_facts = st.tuples(st.integers(0, 40), st.integers(0, 200), st.sampled_from(["user", "assistant", "system"]))


@given(st.lists(turn_facts, max_size=40), st.lists(st.integers(1, 7), max_size=40), st.integers(1, 60))
def test_any_grouping_gives_the_segments_of_all_turns_at_once(
    facts: list[tuple[int, int, str]], sizes: list[int], budget: int
) -> None:
    turns = [turn(n, tokens, at_s=at, role=role) for n, (tokens, at, role) in enumerate(facts, 1)]
    stored: dict[int, Segment] = {}
    left, last = list(turns), None
    for size in [*sizes, len(turns)]:
        part, left = left[:size], left[size:]
        changed = append_turns(last, part, SegmentRules(budget, gap_s=60))
        # only the last segment changes, everything before it stays
        assert all(segment.number >= len(stored) for segment in changed)
        stored |= {segment.number: segment for segment in changed}
        last = stored[max(stored)] if stored else None
    assert list(stored.values()) == append_turns(None, turns, SegmentRules(budget, gap_s=60))


@given(st.lists(turn_facts, min_size=1, max_size=40), st.integers(1, 60))
def test_segments_cover_every_turn_once_and_keep_to_the_budget(facts: list[tuple[int, int, str]], budget: int) -> None:
    turns = [turn(n, tokens, at_s=at, role=role) for n, (tokens, at, role) in enumerate(facts, 1)]
    found = append_turns(None, turns, SegmentRules(budget, gap_s=60))
    covered = [n for s in found for n in range(s.first_sequence, s.last_sequence + 1)]
    assert covered == list(range(1, len(turns) + 1))
    assert [s.number for s in found] == list(range(1, len(found) + 1))
    assert all(s.token_count <= budget or s.turn_count == 1 for s in found)
    assert sum(s.token_count for s in found) == sum(t.tokens for t in turns)
