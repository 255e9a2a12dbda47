"""The table of context windows."""

import pytest

from workbench.catalogue.models import FAMILIES, UNKNOWN, default_budget, family_of


@pytest.mark.parametrize(
    ("model", "prefix"),
    [
        ("gpt-4", "gpt-4"),
        ("gpt-4-turbo-2024-04-09", "gpt-4-turbo"),
        ("gpt-4o-mini", "gpt-4o"),
        ("openai/GPT-4.1-nano", "gpt-4.1"),
        ("anthropic/claude-3-5-sonnet-20241022", "claude-3-5"),
        ("meta-llama/Meta-Llama-3.1-70B-Instruct", "llama-3.1"),
        ("replay:gpt-3.5-turbo", "gpt-3.5-turbo"),
        ("", ""),
    ],
)
def test_the_longest_prefix_decides(model: str, prefix: str) -> None:
    assert family_of(model).prefix == prefix


def test_an_ensemble_counts_as_its_smallest_member() -> None:
    assert family_of("ensemble:gpt-4o,gpt-4,claude-3-opus").context_tokens == 8_192


def test_an_unknown_model_gets_a_small_window_not_an_error() -> None:
    assert family_of("my-model") is UNKNOWN


def test_no_prefix_stands_twice_and_every_row_says_where_it_is_from() -> None:
    assert len({family.prefix for family in FAMILIES}) == len(FAMILIES)
    assert all(family.source and family.context_tokens >= family.max_output_tokens > 0 for family in FAMILIES)


def test_the_budget_keeps_room_for_the_answer_and_a_tenth_for_the_estimate() -> None:
    # gpt-4o: 128,000 - 16,384 = 111,616; less a tenth: 100,454.4
    assert default_budget("gpt-4o") == 100_454
    # 128,000 - 1,000 = 127,000; less a tenth: 114,300
    assert default_budget("gpt-4o", max_output_tokens=1_000) == 114_300
    # gpt-4 could answer with its whole window; a quarter (2,048) is kept: 6,144 * 0.9
    assert default_budget("gpt-4") == 5_529
    assert default_budget("gpt-4", max_output_tokens=10**9) == 1
