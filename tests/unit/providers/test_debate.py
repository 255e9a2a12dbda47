"""The rules of a debate: votes, ties, confidence, prompts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ProviderError
from workbench.providers.debate import (
    SHOWN_CHARS,
    agreed,
    asked_vote,
    confidence_of,
    debate_prompt,
    similarity,
    told_vote,
    vote_prompt,
    winner_of,
)
from workbench.providers.ensemble import member_models, narrowest_model

TEXTS = st.dictionaries(st.integers(1, 5), st.text(max_size=40), min_size=1)


@given(st.text(), st.text())
def test_similarity_is_symmetric_and_between_0_and_1(one: str, other: str) -> None:
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, one) == 1


@given(TEXTS)
def test_every_told_vote_is_for_an_answer_and_agreement_does_not_split_it(answers: dict[int, str]) -> None:
    votes = [told_vote(position, answers) for position in answers]
    assert set(votes) <= set(answers)
    if agreed(answers):
        assert set(votes) == {min(answers)}


@given(TEXTS, st.text(max_size=60))
def test_an_asked_vote_is_for_an_answer_or_none(answers: dict[int, str], said: str) -> None:
    assert asked_vote(said, answers) in {None, *answers}


def test_a_tie_goes_to_the_answer_that_the_others_agree_with_and_then_to_the_first_place() -> None:
    assert winner_of([1, 2], {1: "red", 2: "blue sky", 3: "blue sea"}) == 2
    assert winner_of([1, 2], {1: "red", 2: "blue"}) == 1


def test_confidence_is_the_share_of_votes_by_the_share_of_members_that_answered() -> None:
    assert confidence_of([2, 2, 1], 2, answered=3, members=4) == pytest.approx(2 / 3 * 3 / 4)
    assert confidence_of([], 1, answered=1, members=3) == pytest.approx(1 / 3)


def test_prompts_show_the_others_answers_within_bounds() -> None:
    shown = debate_prompt(1, {1: "mine", 2: "x" * (2 * SHOWN_CHARS), 3: "y"})
    assert "mine" not in shown
    assert shown.count("x" * SHOWN_CHARS) == 1
    assert "x" * (SHOWN_CHARS + 1) not in shown
    assert "[1]\nmine" in vote_prompt({1: "mine", 2: "y"})


def test_the_window_is_that_of_the_live_member_with_the_smallest_one() -> None:
    assert narrowest_model("ensemble:gpt-4o,gpt-4,replay") == "gpt-4"
    assert narrowest_model("ensemble:replay,replay:technical") == "replay"
    assert narrowest_model("gpt-4o") == "gpt-4o"


@pytest.mark.parametrize(
    "model", ["ensemble:", "ensemble:a", "ensemble:a,,b", "ensemble:a,b,c,d", "ensemble:a,ensemble:b"]
)
def test_a_name_that_lists_no_ensemble_is_a_400(model: str) -> None:
    with pytest.raises(ProviderError) as refused:
        member_models(model, most=3)
    assert refused.value.http_status == 400
