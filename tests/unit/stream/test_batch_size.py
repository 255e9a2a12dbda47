import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stream.batch_size import SLOW_COMMITS, BatchSize

TARGET_S = 1.0


def sized(least: int = 20, most: int = 1600) -> BatchSize:
    return BatchSize(least=least, most=most, target_s=TARGET_S)


def test_it_begins_at_the_most_and_stays_there_while_commits_are_quick() -> None:
    size = sized()
    for _ in range(10):
        size.committed(size.events, 0.3)
    assert size.events == 1600


def test_one_slow_commit_changes_nothing_and_neither_do_two() -> None:
    size = sized()
    for seconds in (60.0, 0.1, 5.0, 5.0, 0.1):
        size.committed(size.events, seconds)
        assert size.events == 1600


def test_slow_commits_in_a_row_take_a_quarter_and_never_go_below_an_eighth() -> None:
    size = sized()
    sizes = []
    for _ in range(10 * SLOW_COMMITS):
        size.committed(size.events, 3.0)
        sizes.append(size.events)
    assert sizes[SLOW_COMMITS - 2 : SLOW_COMMITS + 1] == [1600, 1200, 1200]
    assert sizes[-1] == 1600 // 8


def test_a_store_that_presses_halves_it_at_once_down_to_the_least() -> None:
    size = sized()
    sizes = []
    for _ in range(8):
        size.pressed()
        sizes.append(size.events)
    assert sizes == [800, 400, 200, 100, 50, 25, 20, 20]


def test_full_quick_commits_bring_it_back_by_equal_steps() -> None:
    size = sized()
    size.pressed()
    sizes = []
    for _ in range(9):
        size.committed(size.events, 0.1)
        sizes.append(size.events)
    assert sizes == [900, 1000, 1100, 1200, 1300, 1400, 1500, 1600, 1600]


def test_a_quick_commit_that_was_not_full_does_not_make_it_grow() -> None:
    size = sized()
    size.pressed()
    size.committed(799, 0.1)
    assert size.events == 800


def test_small_commits_that_are_slow_are_not_slow_by_their_size() -> None:
    size = sized()
    for _ in range(20):
        size.committed(3, 9.0)
    assert size.events == 1600


@pytest.mark.parametrize(("least", "most"), [(0, 5), (6, 5), (-1, 1)])
def test_bounds_that_are_none_are_refused(least: int, most: int) -> None:
    with pytest.raises(ValueError, match="between 1 and"):
        BatchSize(least=least, most=most, target_s=1.0)


STEPS = st.lists(
    st.one_of(st.none(), st.tuples(st.floats(0, 1.5), st.floats(0, 100))),  # pressed, or share of the size and seconds
    max_size=200,
)


@st.composite
def bounds(draw: st.DrawFn) -> tuple[int, int]:
    most = draw(st.integers(1, 100_000))
    return draw(st.integers(1, most)), most


@given(limits=bounds(), steps=STEPS)
def test_it_never_leaves_its_bounds_and_always_recovers(
    limits: tuple[int, int], steps: list[tuple[float, float] | None]
) -> None:
    size = sized(*limits)
    for step in steps:
        if step is None:
            size.pressed()
        else:
            size.committed(max(1, int(size.events * step[0])), step[1])
        assert size.least <= size.events <= size.most
    for _ in range(20):  # sixteen steps of a sixteenth, and rounding
        size.committed(size.events, 0.0)
    assert size.events == size.most


@given(per_event_s=st.floats(1e-5, 1e-2), fixed_s=st.floats(0, 0.4))
def test_on_a_steady_store_it_settles_where_a_commit_takes_about_the_target(per_event_s: float, fixed_s: float) -> None:
    size = sized(least=1, most=1600)
    seconds = []
    for _ in range(400):
        seconds.append(fixed_s + size.events * per_event_s)
        size.committed(size.events, seconds[-1])
    late = seconds[-100:]
    # between a quarter off the target and a step above it, unless a bound is nearer
    assert min(late) >= min(0.7 * TARGET_S, fixed_s + 1600 * per_event_s) - 100 * per_event_s
    assert max(late) <= max(TARGET_S, fixed_s + 200 * per_event_s) + 100 * per_event_s + 1e-9
