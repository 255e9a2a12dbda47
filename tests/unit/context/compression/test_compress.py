"""Compression: never over budget, every kept line cited, quality as measured on the text."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens
from workbench.context.compression import KINDS, STRATEGIES, compress, strategy_of
from workbench.context.turns import Turn
from workbench.errors import UsageError
from workbench.events.payloads import Role

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def turn(sequence: int, text: str, role: Role = "user") -> Turn:
    at = NOON + timedelta(hours=sequence)
    return Turn(sequence, role, text, count_tokens(text), at, f"id{sequence}", "default/ana" if role == "user" else "")


TALK = [
    turn(1, "Hi there! How are you doing today?"),
    turn(2, "Fine, thanks. What can I do for you?", "assistant"),
    turn(3, "We run Apache Kafka on port 9092. It must never restart at night."),
    turn(4, "Understood. I will set `retention_ms` to 604800000.", "assistant"),
    turn(5, "Great, great, great. That sounds really good to me, thank you so much."),
    turn(6, "You are welcome, it was really nothing at all, any time.", "assistant"),
    turn(7, "The audit is on 2026-03-14 and Marie Curie from Paris will come."),
    turn(8, "I do not have her address yet; please send it.", "assistant"),
    turn(9, "I will. By the way, we decided against Redis."),
    turn(10, "Good to know. Anything else?", "assistant"),
]


def tokens_of(messages: tuple[object, ...]) -> int:
    return sum(count_tokens(str(one["content"])) + MESSAGE_OVERHEAD_TOKENS for one in messages)  # type: ignore[index]


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_each_strategy_fits_cites_and_is_the_one_that_was_asked_for(strategy: str) -> None:
    found = compress(TALK, budget_tokens=110, strategy=strategy)
    assert 0 < found.token_count <= 110
    assert found.token_count == tokens_of(found.messages)
    assert (found.strategy, found.strategy_used, found.method) == (strategy, strategy, "extractive")
    assert found.turn_ids == tuple(f"id{number}" for number in found.sequences)
    assert list(found.sequences) == sorted(set(found.sequences))
    assert found.ratio == found.token_count / found.original_tokens < 1
    assert compress(TALK, budget_tokens=110, strategy=strategy) == found


def test_what_must_not_be_lost_is_kept_before_pleasantries() -> None:
    found = compress(TALK, budget_tokens=110)
    assert "9092" in found.text
    assert "2026-03-14" in found.text
    assert "retention_ms" in found.text
    assert "great, great" not in found.text.casefold()
    assert found.quality.numbers == 1
    assert found.quality.code == 1


def test_a_kept_line_names_its_turn_its_speaker_and_its_day() -> None:
    found = compress(TALK, budget_tokens=110)
    lines = found.text.splitlines()
    assert any(line.startswith("#3 ana: We run Apache Kafka") for line in lines)
    assert lines[0].startswith("(Turns 1 to ")
    assert "[2026-01-31]" in lines


def test_a_question_draws_the_sentences_that_share_its_words() -> None:
    noise = [turn(n, f"Sentence number {n} speaks of Topic{n} at length and of nothing more.") for n in range(1, 60)]
    needle = turn(60, "the spare key is under the blue flowerpot")
    rest = [turn(n, f"Sentence number {n} speaks of Topic{n} at length and of nothing more.") for n in range(61, 99)]
    turns = [*noise, needle, *rest]
    assert 60 in compress(turns, budget_tokens=90, query="Where is the spare key, under which flowerpot?").sequences


def test_what_fits_stays_as_it_is() -> None:
    found = compress(TALK, budget_tokens=10_000)
    assert (found.method, found.strategy_used, found.ratio) == ("verbatim", "none", 1.0)
    assert [one["content"] for one in found.messages] == [one.text for one in TALK]
    assert found.quality.score == 1.0


def test_nothing_to_compress_has_a_ratio_and_a_quality() -> None:
    found = compress([], budget_tokens=0)
    assert (found.messages, found.token_count, found.ratio, found.quality.score) == ((), 0, 1.0, 1.0)


def test_a_budget_below_one_sentence_gives_nothing_and_says_what_that_costs() -> None:
    found = compress(TALK, budget_tokens=5)
    assert (found.messages, found.token_count, found.ratio, found.quality.score) == ((), 0, 0.0, 0.0)


def test_recent_turns_stay_as_they_are_where_the_strategy_says_so() -> None:
    turns = [turn(n, f"Turn number {n} of the talk, which is of middling length.") for n in range(1, 101)]
    found = compress(turns, budget_tokens=600, strategy="window")
    assert found.strategy == "window_summary"
    # a turn costs 15 to 17 tokens with its overhead, 180 of 600 are for the tail, which is at most 25 turns
    assert [one["content"] for one in found.messages[1:]] == [
        one.text for one in turns[100 - len(found.messages) + 1 :]
    ]
    assert 8 <= len(found.messages) - 1 <= 12


def test_a_pasted_log_of_megabytes_is_read_at_both_ends() -> None:
    log = "ERROR 17 in core_loop()\n" + "x" * 3_000_000 + "\nConclusion: restart node seven."
    found = compress([turn(1, log)], budget_tokens=200)
    assert found.token_count <= 200
    assert "core_loop()" in found.text
    assert "restart node seven" in found.text


def test_an_unknown_strategy_is_named() -> None:
    with pytest.raises(UsageError, match="'gzip' is none of window_summary"):
        strategy_of("gzip")


_WORDS = st.sampled_from(
    [
        "Kafka",
        "not",
        "port 9092",
        "never",
        "`x_y`",
        "yesterday",
        "我们在北京",
        "🙂🙂",
        "\n",
        "```",
        "a" * 500,
        "Paris.",
        "?",
        "é" * 40,
    ]
)
_TEXT = st.one_of(st.text(max_size=80), st.lists(_WORDS, max_size=30).map(" ".join))
_ROLES = st.sampled_from(["user", "assistant", "tool", "system"])


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(_ROLES, _TEXT), max_size=25),
    st.one_of(st.integers(-5, 60), st.integers(0, 2_000)),
    st.sampled_from([*STRATEGIES, "window", "entity"]),
    st.one_of(st.none(), _TEXT),
    st.sampled_from(["o200k_base", "claude", "llama3"]),
)
def test_any_turns_fit_any_budget(
    said: list[tuple[Role, str]], budget: int, strategy: str, query: str | None, tokenizer: str
) -> None:
    turns = [turn(n, text, role) for n, (role, text) in enumerate(said, 1)]
    found = compress(turns, budget_tokens=budget, strategy=strategy, query=query, tokenizer=tokenizer)
    spent = sum(count_tokens(one["content"], tokenizer) + MESSAGE_OVERHEAD_TOKENS for one in found.messages)
    assert found.token_count == spent <= max(0, budget)
    assert math.isfinite(found.ratio)
    assert 0 <= found.quality.score <= 1
    assert all(share is None or 0 <= share <= 1 for kind in KINDS for share in [getattr(found.quality, kind)])
    assert set(found.turn_ids) <= {one.turn_id for one in turns}
    assert len(found.turn_ids) == len(found.sequences)
