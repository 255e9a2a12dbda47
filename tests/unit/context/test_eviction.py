"""Which segments go first, and what the budgets make of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.eviction import EVICTION_POLICIES, HEAT_HALF_LIFE_S, Evictable, evict, heat
from workbench.context.lifecycle import MOVES, Held, check_move, plan
from workbench.errors import SegmentStateError, UsageError

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
HALF_LIFE = timedelta(seconds=HEAT_HALF_LIFE_S)


def segment(number: int, *, tokens: int = 100, priority: float = 0.0, **more: object) -> Evictable:
    last_at = NOON + timedelta(minutes=number)
    return Evictable(number=number, token_count=tokens, priority=priority, last_at=last_at, **more)  # type: ignore[arg-type]


def test_lru_lets_the_longest_unused_go_and_a_use_counts_like_being_said() -> None:
    used = segment(1, heat=1.5, heat_at=NOON + timedelta(hours=1))
    found = evict([used, segment(2), segment(3)], budget_tokens=200, policy="lru")
    assert (found.kept, found.evicted) == ((1, 3), (2,))
    assert found.reasons == {2: "lru: lowest of 3 segments with 300 tokens, budget 200"}


def test_priority_lets_the_lowest_go() -> None:
    made = [segment(1, priority=2.0), segment(2, priority=3.0), segment(3, priority=1.0)]
    assert evict(made, budget_tokens=100, policy="priority").kept == (2,)


def test_heat_outlasts_recency_as_long_as_its_half_lives_and_no_longer() -> None:
    # four uses at noon: three half-lives later they weigh 4 / 8 = one half, less than one use at that time
    hot = segment(1, heat=4.0, heat_at=NOON)
    at = {n: Evictable(number=2, token_count=1, priority=0, last_at=NOON + n * HALF_LIFE) for n in (1, 3)}
    assert heat(hot) > heat(at[1])
    assert heat(hot) < heat(at[3])


def test_pinned_segments_go_last_and_only_when_they_alone_are_too_many() -> None:
    made = [segment(1, pinned=True), segment(2, priority=9.0), segment(3, priority=8.0)]
    assert evict(made, budget_tokens=100).kept == (1,)
    gone = evict([segment(1, pinned=True), segment(2, pinned=True, priority=1.0)], budget_tokens=100)
    assert (gone.kept, gone.reasons[1][:10]) == ((2,), "priority: ")
    assert "pinned, but" in gone.reasons[1]


def test_an_own_policy_is_a_function_and_an_unknown_name_is_told() -> None:
    def smallest(one: Evictable) -> tuple[float, ...]:
        return (-one.token_count,)

    assert evict([segment(1, tokens=50), segment(2, tokens=60)], budget_tokens=50, policy=smallest).kept == (1,)
    with pytest.raises(UsageError, match="no eviction policy 'fifo'; policies: lru, priority, heat"):
        evict([], budget_tokens=1, policy="fifo")


made_of = st.lists(
    st.tuples(st.integers(0, 400), st.floats(0, 9), st.booleans(), st.floats(0, 50), st.integers(0, 10**6)), max_size=25
)


@given(made_of, st.integers(0, 4_000), st.sampled_from(sorted(EVICTION_POLICIES)))
def test_any_eviction_fits_loses_nothing_and_keeps_what_ranks_higher(
    facts: list[tuple[int, float, bool, float, int]], budget: int, policy: str
) -> None:
    made = [
        segment(n, tokens=t, priority=p, pinned=pin, heat=h, heat_at=NOON + timedelta(seconds=s) if s else None)
        for n, (t, p, pin, h, s) in enumerate(facts, 1)
    ]
    found = evict(made, budget_tokens=budget, policy=policy)
    by_number = {one.number: one for one in made}
    assert sorted((*found.kept, *found.evicted)) == sorted(by_number)
    assert set(found.reasons) == set(found.evicted)
    assert sum(by_number[n].token_count for n in found.kept) <= budget
    key = EVICTION_POLICIES[policy]
    order = [(one.pinned, key(one)) for one in made]
    if found.kept and found.evicted:
        assert min(order[n - 1] for n in found.kept) >= max(order[n - 1] for n in found.evicted)


@given(made_of, st.floats(0, 10**7))
def test_the_order_of_heat_is_the_same_at_every_later_moment(
    facts: list[tuple[int, float, bool, float, int]], later_s: float
) -> None:
    def now(one: Evictable, at: datetime) -> float:
        base, since = (one.heat, one.heat_at) if one.heat_at and one.heat > 0 else (1.0, one.last_at)
        return base * 2 ** (-((at - since).total_seconds()) / HEAT_HALF_LIFE_S)  # type: ignore[no-any-return]

    at = NOON + timedelta(seconds=10**6 + 10**5)
    made = [segment(n, heat=h, heat_at=NOON + timedelta(seconds=s)) for n, (_, _, _, h, s) in enumerate(facts, 1)]
    for one in made:
        for other in made:
            if now(one, at) > now(other, at) * (1 + 1e-9):
                assert heat(one) > heat(other)


def held(number: int, status: str, *, last: bool = False, hot_bytes: int = 100, **more: object) -> Held:
    return Held("c", status, hot_bytes, segment(number, **more), last)  # type: ignore[arg-type]


def test_beyond_the_token_budget_the_coldest_closed_segments_are_compressed() -> None:
    made = [held(1, "compressed"), held(2, "active"), held(3, "active"), held(4, "active"), held(5, "open", last=True)]
    # 300 tokens may stay: the open one's 100 and two more
    found = plan(made, active_tokens=300, policy="lru")
    assert (found.compress, found.archive) == ((("c", 2),), ())


def test_pinned_segments_and_the_last_one_are_neither_compressed_nor_archived() -> None:
    made = [held(1, "active", pinned=True), held(2, "active"), held(3, "open", last=True)]
    found = plan(made, active_tokens=1, storage_bytes=1, policy="lru")
    assert (found.compress, found.archive) == ((("c", 2),), (("c", 2),))
    assert (found.hot_bytes, found.hot_bytes_after) == (300, 200)


def test_beyond_the_storage_budget_compressed_segments_are_archived_before_active_ones() -> None:
    made = [held(1, "active"), held(2, "compressed"), held(3, "compressed"), held(4, "archived", hot_bytes=0)]
    assert plan(made, storage_bytes=150, policy="lru").archive == (("c", 2), ("c", 3))
    assert plan(made, storage_bytes=50, policy="lru").archive == (("c", 2), ("c", 3), ("c", 1))
    assert plan(made, storage_bytes=300, policy="lru").archive == ()


def test_without_budgets_everything_stays() -> None:
    assert plan([held(1, "active"), held(2, "compressed")]).archive == ()


def test_only_the_moves_of_the_lifecycle_are_allowed() -> None:
    for status, allowed in MOVES.items():
        for to in MOVES:
            if to in allowed:
                check_move(status, to, segment=7)
            else:
                with pytest.raises(SegmentStateError, match=f"segment 7 is {status} and cannot become {to}"):
                    check_move(status, to, segment=7)
