"""Selection for a window: what is kept, in which order, and that it fits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.merging import unsent
from workbench.context.requests import RequestMessage, read_messages
from workbench.context.turns import Turn
from workbench.context.window import (
    fit_request,
    newest_that_fit,
    stepped_start,
    turn_cost,
)
from workbench.errors import UsageError


def request(*said: tuple[str, str]) -> list[RequestMessage]:
    return read_messages([{"role": role, "content": text} for role, text in said], "gpt-4o")


def turns(*said: tuple[str, str]) -> list[Turn]:
    return [Turn(n, role, text, 1) for n, (role, text) in enumerate(said, 1)]  # type: ignore[arg-type]


def texts(found: list[Turn]) -> list[str]:
    return [turn.text for turn in found]


def test_a_part_that_is_no_text_leaves_its_reference_and_is_counted() -> None:
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "https://a.example/b"}},
    ]
    [read] = read_messages([{"role": "user", "content": parts}], "gpt-4o")
    assert read.text.startswith("What is this?\n[image https://a.example/b sha256:")
    # 4 and 4 of overhead; a picture of unknown size takes 85 + 170 * 8 tiles
    assert read.tokens == 4 + 4 + 1_445
    assert read.wire["content"] == parts


@pytest.mark.parametrize(
    ("messages", "complaint"),
    [
        ([], "at least one message"),
        ([{"role": "robot", "content": "x"}], r"messages\[0\]\.role is 'robot'"),
        ([{"content": "x"}], r"messages\[0\]\.role is None"),
        ([{"role": "user", "content": 7}], r"messages\[0\]\.content must be text or a list of parts, got int"),
    ],
)
def test_a_message_that_cannot_be_read_is_named(messages: list[dict[str, object]], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        read_messages(messages, "gpt-4o")


def test_a_client_that_sends_only_what_is_new_gets_all_of_the_past() -> None:
    past = turns(("user", "a"), ("assistant", "b"))
    assert texts(unsent(past, request(("user", "c")))) == ["a", "b"]


def test_a_client_that_sends_everything_gets_nothing_twice() -> None:
    past = turns(("user", "a"), ("assistant", "b"))
    assert unsent(past, request(("user", "a"), ("assistant", "b"), ("user", "c"))) == []


def test_a_question_that_is_stored_already_is_not_sent_twice() -> None:
    past = turns(("user", "a"), ("assistant", "b"), ("user", "c"))
    assert texts(unsent(past, request(("user", "c")))) == ["a", "b"]


def test_a_question_may_be_asked_again() -> None:
    past = turns(("user", "a"), ("assistant", "b"))
    assert texts(unsent(past, request(("user", "a")))) == ["a", "b"]


def test_a_client_that_goes_back_and_asks_anew_replaces_what_followed() -> None:
    past = turns(("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"))
    assert unsent(past, request(("user", "a"), ("assistant", "b"), ("user", "other"))) == []


def test_a_client_that_edits_its_first_message_does_not_repeat_the_rest() -> None:
    past = turns(("user", "a"), ("assistant", "b"), ("user", "c"))
    assert texts(unsent(past, request(("user", "a!"), ("assistant", "b"), ("user", "c"), ("user", "d")))) == ["a"]


def test_system_turns_are_not_part_of_the_talk() -> None:
    past = turns(("system", "s"), ("user", "a"))
    assert texts(unsent(past, request(("system", "s"), ("user", "b")))) == ["a"]


def test_the_oldest_messages_of_a_request_go_first_and_system_and_last_stay() -> None:
    messages = request(("system", "s" * 4), ("user", "a" * 40), ("assistant", "b" * 40), ("user", "c" * 4))
    # tokens: 5, 14, 14, 5; 3 for the reply; 5 + 14 + 5 + 3 = 27
    fitted = fit_request(messages, budget_tokens=27)
    assert [message.text[0] for message in fitted.messages] == ["s", "b", "c"]
    assert (fitted.dropped, fitted.token_count, fitted.opening) == (1, 27, 1)


def test_a_tools_answer_is_never_kept_without_its_call() -> None:
    messages = request(("user", "a"), ("assistant", "b" * 40), ("tool", "t"), ("user", "c"))
    # tokens: 5, 14, 5, 5; the pair needs 19 + 5 + 3 = 27
    assert [m.role for m in fit_request(messages, budget_tokens=26).messages] == ["user"]
    assert [m.role for m in fit_request(messages, budget_tokens=27).messages] == ["assistant", "tool", "user"]


def test_a_system_message_in_the_middle_stays_where_the_client_put_it() -> None:
    messages = request(("system", "s"), ("user", "a"), ("system", "t"), ("user", "b"))
    assert [m.text for m in fit_request(messages, budget_tokens=1_000).messages] == ["s", "a", "t", "b"]


def test_a_last_message_over_the_budget_is_an_error_not_a_cut() -> None:
    with pytest.raises(UsageError, match=r"need about 69 tokens, the window has 50"):
        # 10 + 4 and 48 + 4 (o200k_base has a token of eight `a`) and 3 for the reply
        fit_request(request(("system", "s" * 40), ("user", "a" * 384)), budget_tokens=50)


message = st.tuples(st.sampled_from(["system", "user", "assistant", "tool"]), st.text(max_size=60))


@given(st.lists(message, min_size=1, max_size=12), st.integers(1, 120))
def test_a_request_fits_or_says_that_it_cannot(said: list[tuple[str, str]], budget: int) -> None:
    messages = request(*said)
    try:
        fitted = fit_request(messages, budget_tokens=budget)
    except UsageError:
        last = [m for m in messages if m.role != "system"][-1:]
        least = 3 + sum(m.tokens for m in messages if m.role == "system") + sum(m.tokens for m in last)
        assert least > budget or (last and last[0].role == "tool")
        return
    assert fitted.token_count == 3 + sum(m.tokens for m in fitted.messages) <= budget
    assert fitted.messages[-1] is messages[-1]
    assert len(fitted.messages) + fitted.dropped == len(messages)


@given(st.lists(st.integers(0, 30), max_size=20), st.integers(-5, 200))
def test_the_newest_turns_fit_and_one_more_would_not(tokens: list[int], budget: int) -> None:
    said = [Turn(n, "user", "x", count) for n, count in enumerate(tokens, 1)]
    found = newest_that_fit(said, budget_tokens=budget)
    assert found == said[len(said) - len(found) :]
    cost = sum(map(turn_cost, found))
    assert not found or cost <= budget
    if len(found) < len(said):
        assert cost + turn_cost(said[-len(found) - 1]) > budget


@given(st.lists(message, max_size=12), st.lists(message, max_size=12))
def test_what_the_client_did_not_send_keeps_its_order(
    stored: list[tuple[str, str]], sent: list[tuple[str, str]]
) -> None:
    found = [turn.sequence for turn in unsent(turns(*stored), request(*sent) if sent else [])]
    assert found == sorted(set(found))


def test_a_run_of_newest_turns_begins_on_a_scale_that_moves_in_steps() -> None:
    # a budget of 100, so steps of 50; ten tokens a turn
    starts = [stepped_start([10] * count, total=10 * count, budget_tokens=100) for count in range(9, 22)]
    # 110 tokens: the beginning is at 50, and stays until 150 are said; from 160 on at 100, until 200
    assert starts == [0, 0, 5, 5, 5, 5, 5, 10, 10, 10, 10, 10, 15]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=60), st.integers(1, 200), st.integers(0, 500))
def test_a_stepped_run_fits_and_its_beginning_never_goes_back(costs: list[int], budget: int, before: int) -> None:
    earlier = 0
    for count in range(1, len(costs) + 1):
        total = before + sum(costs[:count])
        start = stepped_start(costs[:count], total=total, budget_tokens=budget)
        assert sum(costs[start:count]) <= budget
        assert start >= earlier
        earlier = start


def test_a_request_over_the_window_leaves_room_for_what_is_older() -> None:
    said = request(*[("user", "word " * 95)] * 30)  # 100 tokens each with the overhead
    kept = fit_request(said, budget_tokens=1_000, recent_tokens=400)
    assert 200 < kept.token_count <= 403
    assert fit_request(said, budget_tokens=3_003, recent_tokens=400).dropped == 0
