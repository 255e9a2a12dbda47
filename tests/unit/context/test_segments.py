"""Segments: budget, silence, session and topic, and that the past stays as it is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.segments import Segment, SegmentRules, append_turns
from workbench.context.turns import Turn

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ROOMY = SegmentRules(10**6, gap_s=60)


def turn(
    sequence: int, tokens: int, *, at_s: float = 0, role: str = "user", text: str = "said", session_id: str = "s"
) -> Turn:
    at = NOON + timedelta(seconds=at_s)
    return Turn(sequence, role, text, tokens, at, session_id=session_id)  # type: ignore[arg-type]


KAFKA = ("the broker lost its partition", "a consumer lags behind the offset", "which topic has the leader", "replicas")
GARDEN = ("tomatoes need water", "my roses bloom beside the fence", "which soil for basil", "slugs ate the lettuce")


def talk_about(*topics: tuple[tuple[str, ...], int]) -> list[Turn]:
    """Turns that repeat the words of one topic, then of the next."""
    texts = [words[n % len(words)] for words, count in topics for n in range(count)]
    return [turn(n, 5, text=text) for n, text in enumerate(texts, 1)]


def borders(found: list[Segment]) -> list[tuple[int, str | None]]:
    return [(one.first_sequence, one.closed_by) for one in found]


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


def test_a_new_session_begins_a_new_segment_and_one_that_comes_back_does_not() -> None:
    sessions = ["a", "a", "b", "a", "b", "", "c"]
    found = append_turns(None, [turn(n, 1, session_id=name) for n, name in enumerate(sessions, 1)], ROOMY)
    assert borders(found) == [(1, "session"), (3, "session"), (7, None)]


def test_a_new_topic_begins_a_segment_at_its_first_turn_though_it_shows_only_eight_turns_later() -> None:
    turns = talk_about((KAFKA, 20), (GARDEN, 10))
    assert borders(append_turns(None, turns[:27], ROOMY)) == [(1, None)]
    assert borders(append_turns(None, turns[:28], ROOMY)) == [(1, "topic"), (21, None)]
    found = append_turns(None, turns, ROOMY)
    assert [(one.first_sequence, one.last_sequence, one.token_count) for one in found] == [(1, 20, 100), (21, 30, 50)]
    assert [one.start_tokens for one in found] == [0, 100]


def test_a_short_aside_and_a_topic_that_comes_back_are_no_new_topic() -> None:
    assert borders(append_turns(None, talk_about((KAFKA, 20), (GARDEN, 3), (KAFKA, 20)), ROOMY)) == [(1, None)]


def test_agreement_without_words_is_no_new_topic() -> None:
    assert borders(append_turns(None, talk_about((KAFKA, 20), (("ok", "yes", "lol", "thanks"), 30)), ROOMY)) == [
        (1, None)
    ]


def test_topics_can_be_left_alone() -> None:
    rules = SegmentRules(10**6, gap_s=60, topic_shift=False)
    assert borders(append_turns(None, talk_about((KAFKA, 20), (GARDEN, 20)), rules)) == [(1, None)]


def test_a_topic_is_found_in_a_segment_that_the_budget_began() -> None:
    # 30 turns of 5 tokens fill 150; the garden begins at turn 45, fourteen turns after that border
    found = append_turns(None, talk_about((KAFKA, 44), (GARDEN, 20)), SegmentRules(150, gap_s=60))
    assert borders(found) == [(1, "budget"), (31, "topic"), (45, None)]
    # and never within twelve turns of a border: a segment of a few turns is of no use
    close = append_turns(None, talk_about((KAFKA, 41), (GARDEN, 20)), SegmentRules(150, gap_s=60))
    assert borders(close) == [(1, "budget"), (31, "budget"), (61, None)]


def test_a_split_gives_each_part_its_own_counts_names_and_times() -> None:
    texts = ["We decided on Kafka and Berlin"] * 12 + ["my basil, roses, soil, slugs, water, fence and Rosa"] * 8
    turns = [turn(n, 5, text=text, at_s=n) for n, text in enumerate(texts, 1)]
    first, second = append_turns(None, turns, ROOMY)
    assert (first.turn_count, first.decision_turns, second.turn_count, second.decision_turns) == (12, 12, 8, 0)
    assert (first.names, second.names) == (("Berlin", "Kafka"), ("Rosa",))
    assert (first.last_at, second.first_at) == (NOON + timedelta(seconds=12), NOON + timedelta(seconds=13))


def test_a_segment_stored_before_there_were_states_goes_on() -> None:
    old = Segment(
        3, 7, 9, NOON, NOON + timedelta(seconds=5), turn_count=3, token_count=4, start_tokens=50, user_tokens=4
    )
    (found,) = append_turns(old, [turn(10, 2, at_s=9, role="assistant")], ROOMY)
    assert (found.number, found.first_sequence, found.last_sequence, found.start_tokens) == (3, 7, 10, 50)
    assert (found.turn_count, found.token_count, found.user_tokens) == (4, 6, 4)
    assert borders(append_turns(old, [turn(10, 2, at_s=66)], ROOMY)) == [(7, "gap"), (10, None)]


def test_a_sealed_segment_is_followed_by_a_new_one() -> None:
    sealed = Segment(1, 1, 3, NOON, NOON, turn_count=3, token_count=30, closed_by="completed")
    (found,) = append_turns(sealed, [turn(5, 2)], ROOMY)
    assert (found.number, found.first_sequence, found.start_tokens, found.turn_count) == (2, 5, 30, 1)


def test_what_travels_with_an_open_segment_is_bounded_whatever_is_said() -> None:
    words = [f"Word{n}Word" * 9 for n in range(100_000)]
    texts = [" ".join(words[n : n + 500]) for n in range(0, 100_000, 500)]
    last = append_turns(None, [turn(n, 1, text=text, session_id=text) for n, text in enumerate(texts)], ROOMY)[-1]
    assert len(last.state) < 48 * 90 + 8 * (24 * 90 + 8 * 45 + 100) + 2_000


def test_a_conversation_of_100_000_turns_is_cut_in_one_pass() -> None:
    turns = [turn(n, 20, at_s=n, text="on we go") for n in range(1, 100_001)]
    found = append_turns(None, turns, SegmentRules(2_000, gap_s=60))
    assert len(found) == 1_000
    assert {one.turn_count for one in found} == {100}
    assert found[-1].start_tokens == 99_900 * 20


def test_no_turns_change_nothing() -> None:
    last = Segment(3, 7, 9, NOON, NOON, turn_count=3, token_count=4)
    assert append_turns(last, [], SegmentRules(10, gap_s=60)) == []


def test_a_turn_without_a_time_cannot_be_segmented() -> None:
    with pytest.raises(ValueError, match="turn 0 has no time"):
        append_turns(None, [Turn(0, "user", "said", 1)], SegmentRules(10, gap_s=60))


texts = st.sampled_from([*KAFKA, *GARDEN, "ok", "In Berlin we must decide `x` 9"])
turn_facts = st.tuples(
    st.integers(0, 40),
    st.integers(0, 200),
    st.sampled_from(["user", "assistant", "system"]),
    texts,
    st.sampled_from("ab"),
)
Facts = list[tuple[int, int, str, str, str]]


def turns_of(facts: Facts) -> list[Turn]:
    return [
        turn(n, tokens, at_s=at, role=role, text=text, session_id=session)
        for n, (tokens, at, role, text, session) in enumerate(facts, 1)
    ]


@given(st.lists(turn_facts, max_size=60), st.lists(st.integers(1, 7), max_size=40), st.integers(1, 2_000))
def test_any_grouping_gives_the_segments_of_all_turns_at_once(facts: Facts, sizes: list[int], budget: int) -> None:
    rules = SegmentRules(budget, gap_s=150)
    turns = turns_of(facts)
    stored: dict[int, Segment] = {}
    left, last = list(turns), None
    for size in [*sizes, len(turns)]:
        part, left = left[:size], left[size:]
        changed = append_turns(last, part, rules)
        # only the last segment changes, everything before it stays
        assert all(segment.number >= len(stored) for segment in changed)
        stored |= {segment.number: segment for segment in changed}
        last = stored[max(stored)] if stored else None
    assert list(stored.values()) == append_turns(None, turns, rules)


@given(st.lists(turn_facts, min_size=1, max_size=60), st.integers(1, 2_000))
def test_segments_cover_every_turn_once_and_keep_to_the_budget(facts: Facts, budget: int) -> None:
    turns = turns_of(facts)
    found = append_turns(None, turns, SegmentRules(budget, gap_s=150))
    covered = [n for s in found for n in range(s.first_sequence, s.last_sequence + 1)]
    assert covered == list(range(1, len(turns) + 1))
    assert [s.number for s in found] == list(range(1, len(found) + 1))
    assert all(s.token_count <= budget or s.turn_count == 1 for s in found)
    assert sum(s.token_count for s in found) == sum(t.tokens for t in turns)
    for one in found:
        inside = turns[one.first_sequence - 1 : one.last_sequence]
        assert one.turn_count == len(inside)
        assert one.user_tokens == sum(t.tokens for t in inside if t.role == "user")
        assert one.system_turns == sum(t.role == "system" for t in inside)
        assert one.code_turns == sum("`" in t.text for t in inside)
        assert (one.first_at, one.last_at) == (min(t.occurred_at for t in inside), max(t.occurred_at for t in inside))  # type: ignore[type-var]
        assert one.start_tokens == sum(t.tokens for t in turns[: one.first_sequence - 1])
