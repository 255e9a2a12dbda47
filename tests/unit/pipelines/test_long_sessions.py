"""The long conversation of a run: sessions of one real user in order."""

import itertools

import pytest

from workbench.pipelines.traffic import long_sessions


@pytest.mark.parametrize("turns", [1, 80, 400])
def test_the_sessions_are_of_one_user_in_order_and_just_enough(turns: int) -> None:
    sessions = long_sessions(turns)
    assert len({one.user_id for one in sessions}) == 1
    assert all(one.turns[0].at <= other.turns[0].at for one, other in itertools.pairwise(sessions))
    said = [len(one.turns) for one in sessions]
    assert sum(said) >= turns > sum(said[:-1])


def test_none_are_taken_when_none_are_asked_for() -> None:
    assert long_sessions(0) == []
