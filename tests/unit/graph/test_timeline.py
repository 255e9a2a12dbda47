"""Versions in both times: the same for every order and grouping, and equal to the rules applied moment by moment."""

import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from workbench.graph.timeline import Assertion, Verb, Version, versions

START = datetime(2020, 1, 1, tzinfo=UTC)


def at(day: float) -> datetime:
    return START + timedelta(days=day)


def said(
    name: str,
    since: float,
    until: float | None = None,
    *,
    known: float,
    verb: Verb = "created",
    fact: str = "",
    value: str = "",
) -> Assertion:
    return Assertion(name, verb, at(since), None if until is None else at(until), at(known), fact, value)


def holding(found: Iterable[Version], valid: float, known: float | None = None) -> list[str]:
    """Event ids that hold on a day, as known on a day (None: now)."""
    moment = None if known is None else at(known)
    return sorted(
        one.assertion.event_id
        for one in found
        if one.valid_from <= at(valid)
        and (one.valid_to is None or at(valid) < one.valid_to)
        and (one.superseded_at is None if moment is None else one.recorded_at <= moment)
        and (moment is None or one.superseded_at is None or moment < one.superseded_at)
    )


def by_the_rules(assertions: Sequence[Assertion], valid: float, known: float, *, tombstones: bool = False) -> list[str]:
    """The module's three rules, read aloud, for one moment of either time."""
    heard = [one for one in assertions if one.recorded_at <= at(known)]
    unreplaced = [
        one
        for one in heard
        if not any(o.fact == one.fact and o.valid_from == one.valid_from and o.key > one.key for o in heard)
    ]
    covering = [one for one in unreplaced if one.covers(at(valid))]
    words = [one for one in covering if not any(o.fact == one.fact and o.key > one.key for o in covering)]
    alive = [one for one in words if tombstones or one.verb != "deleted"]
    return sorted(one.event_id for one in alive if not any(o.value != one.value and o.key > one.key for o in alive))


@st.composite
def slots(draw: st.DrawFn) -> list[Assertion]:
    """Assertions of one slot on few days, so that they meet, touch and repeat beginnings; recorded at few moments."""
    facts = draw(st.sampled_from([("",), ("a", "b", "c")]))
    count = draw(st.integers(1, 9))
    found = []
    for number in range(count):
        since = draw(st.integers(0, 8))
        verb: Verb = draw(st.sampled_from(("created", "updated", "created", "updated", "deleted")))
        length = None if verb == "deleted" else draw(st.one_of(st.none(), st.integers(1, 5)))
        fact = draw(st.sampled_from(facts))
        found.append(
            said(
                f"e{number}",
                since,
                None if length is None else since + length,
                known=draw(st.integers(0, 6)),
                verb=verb,
                fact=fact,
                value="ab" if fact in "ab" else fact,
            )
        )
    return found


@given(slots())
def test_every_question_has_the_answer_of_the_rules(assertions: list[Assertion]) -> None:
    found = versions(assertions)
    for known in range(-1, 8):
        for valid in range(-1, 16):
            assert holding(found, valid, known) == by_the_rules(assertions, valid, known), (valid, known)


@given(slots())
def test_with_tombstones_a_deleted_fact_says_so(assertions: list[Assertion]) -> None:
    single = [one for one in assertions if not one.fact]
    found = versions(single, tombstones=True)
    for known in range(7):
        for valid in range(15):
            assert holding(found, valid, known) == by_the_rules(single, valid, known, tombstones=True)


@given(slots(), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_anything(assertions: list[Assertion], chance: random.Random) -> None:
    again = assertions + chance.choices(assertions, k=len(assertions))
    chance.shuffle(again)
    assert versions(again) == versions(assertions)


@given(slots())
def test_the_past_of_transaction_time_is_never_rewritten(assertions: list[Assertion]) -> None:
    """What is recorded later may end a belief and begin another, and leaves all that was believed before."""
    for known in range(7):
        before = versions([one for one in assertions if one.recorded_at <= at(known)])
        after = {
            (one.assertion.event_id, one.valid_from, one.valid_to, one.recorded_at): one for one in versions(assertions)
        }
        for one in before:
            same = after[(one.assertion.event_id, one.valid_from, one.valid_to, one.recorded_at)]
            assert same.number == one.number
            if one.superseded_at is not None:
                assert same.superseded_at == one.superseded_at
            else:
                assert same.superseded_at is None or same.superseded_at > at(known)


@given(slots())
def test_rectangles_are_real_numbered_from_1_and_of_one_event_never_overlap(assertions: list[Assertion]) -> None:
    found = versions(assertions)
    for fact in {one.assertion.fact for one in found}:
        numbers = [one.number for one in found if one.assertion.fact == fact]
        assert numbers == list(range(1, len(numbers) + 1))
    for one in found:
        assert one.valid_to is None or one.valid_from < one.valid_to
        assert one.superseded_at is None or one.recorded_at < one.superseded_at
        assert one.recorded_at >= one.assertion.recorded_at


def test_disjoint_intervals_of_one_fact_stay_two() -> None:
    found = versions([said("first", 1, 2, known=1), said("second", 5, 6, known=2)])
    assert [(one.valid_from, one.valid_to, one.superseded_at) for one in found] == [
        (at(1), at(2), None),
        (at(5), at(6), None),
    ]
    assert [holding(found, day) for day in (0, 1, 2, 5, 6)] == [[], ["first"], [], ["second"], []]


def test_touching_intervals_of_two_events_stay_two() -> None:
    found = versions([said("first", 1, 2, known=1), said("second", 2, 3, known=2)])
    assert len(found) == 2


def test_a_later_beginning_retires_the_earlier_one_from_then_on() -> None:
    found = versions([said("old", 1, known=1), said("new", 5, known=2)])
    assert [holding(found, day) for day in (4, 5, 9)] == [["old"], ["new"], ["new"]]


def test_an_earlier_fact_resumes_where_the_later_one_ends() -> None:
    found = versions([said("usual", 1, known=1), said("holiday", 5, 8, known=2)])
    assert [holding(found, day) for day in (4, 5, 7, 8)] == [["usual"], ["holiday"], ["holiday"], ["usual"]]


def test_a_late_correction_keeps_what_was_believed() -> None:
    found = versions([said("wrong", 1, known=1), said("right", 1, known=9, verb="updated")])
    assert [holding(found, 3, known) for known in (0, 1, 8, 9)] == [[], ["wrong"], ["wrong"], ["right"]]


def test_an_update_with_the_same_beginning_may_end_the_fact() -> None:
    found = versions([said("open", 1, known=1), said("ended", 1, 4, known=2, verb="updated")])
    assert [holding(found, day) for day in (3, 4)] == [["ended"], []]
    assert holding(found, 4, known=1) == ["open"]


def test_a_tombstone_silences_and_a_later_beginning_revives() -> None:
    found = versions([said("born", 1, known=1), said("gone", 3, known=2, verb="deleted"), said("back", 6, known=3)])
    assert [holding(found, day) for day in (2, 3, 5, 6)] == [["born"], [], [], ["back"]]
    assert holding(found, 4, known=1) == ["born"]


def test_a_tombstone_that_comes_first_silences_what_arrives_late_with_an_earlier_beginning() -> None:
    found = versions([said("gone", 3, known=1, verb="deleted"), said("late", 1, known=2)])
    assert [(one.valid_from, one.valid_to) for one in found] == [(at(1), at(3))]


def test_of_an_exclusive_slot_the_last_employer_holds_and_evidence_for_it_agrees() -> None:
    found = versions(
        [
            said("acme", 1, known=1, fact="1", value="acme"),
            said("acme again", 2, known=2, fact="2", value="acme"),
            said("beta", 5, known=3, fact="3", value="beta"),
        ]
    )
    assert [holding(found, day) for day in (1, 3, 5)] == [["acme"], ["acme", "acme again"], ["beta"]]


def test_deleting_the_last_employer_brings_back_the_one_before() -> None:
    job, other = said("acme", 1, known=1, fact="1", value="acme"), said("beta", 5, known=2, fact="2", value="beta")
    gone = said("not beta", 7, known=3, verb="deleted", fact="2", value="beta")
    found = versions([job, other, gone])
    assert [holding(found, day) for day in (4, 6, 7)] == [["acme"], ["beta"], ["acme"]]


def test_a_fact_of_thousands_of_assertions_is_done_in_seconds() -> None:
    many = [said(f"e{day}", day, known=day, verb="updated") for day in range(2_000)]
    found = versions(many)
    assert len(found) == 3_999
    assert holding(found, 1_000) == ["e1000"]
