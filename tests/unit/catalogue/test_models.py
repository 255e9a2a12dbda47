"""The table of context windows."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from workbench.catalogue.families import AS_OF
from workbench.catalogue.models import FAMILIES, UNKNOWN, default_budget, family_of, model_facts


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


def test_the_budget_keeps_room_for_the_answer_and_for_what_counting_misses() -> None:
    # gpt-4o counts with its own vocabulary: 128,000 - 16,384 = 111,616; times .98: 109,383.68
    assert default_budget("gpt-4o") == 109_383
    # 128,000 - 1,000 = 127,000; times .98: 124,460
    assert default_budget("gpt-4o", max_output_tokens=1_000) == 124_460
    # gpt-4 could answer with its whole window; a quarter (2,048) is kept: 6,144 * .98
    assert default_budget("gpt-4") == 6_021
    # Claude's counts are estimates: 200,000 - 4,096 = 195,904; times .9
    assert default_budget("claude-3-opus-20240229") == 176_313
    assert default_budget("gpt-4", max_output_tokens=10**9) == 1


@pytest.mark.parametrize(
    ("model", "window", "max_output", "tokenizer", "provider"),
    [
        ("gpt-5", 400_000, 128_000, "o200k_base", "openai"),
        ("anthropic/claude-3-7-sonnet-20250219", 200_000, 64_000, "claude", "anthropic"),
        ("claude-opus-4-8", 1_000_000, 32_768, "claude_4_7", "anthropic"),
        ("gemini/gemini-2.5-pro", 1_048_576, 65_536, "gemma3", "google"),
        ("meta-llama/Meta-Llama-3.1-70B-Instruct", 128_000, 8_192, "llama3", "meta"),
        ("deepseek/deepseek-reasoner", 64_000, 8_192, "deepseek_v3", "deepseek"),
        ("my-own-model", 8_192, 2_048, "unknown", "unknown"),
        ("ensemble:gpt-4o,gpt-4", 8_192, 8_192, "cl100k_base", "openai"),
        ("ensemble:", 8_192, 2_048, "unknown", "unknown"),
    ],
)
def test_facts_come_from_the_list_and_from_our_table_where_it_has_none(
    model: str, window: int, max_output: int, tokenizer: str, provider: str
) -> None:
    facts = model_facts(model)
    assert (facts.window, facts.max_output, facts.tokenizer, facts.provider) == (
        window,
        max_output,
        tokenizer,
        provider,
    )
    assert facts.source
    assert facts.dated >= AS_OF


def test_a_price_that_fell_is_asked_for_by_day() -> None:
    # o3 fell from 10 and 40 to 2 and 8 USD a million on 2025-06-10
    before, after = (model_facts("o3", as_of=datetime(2025, 6, day, tzinfo=UTC)).rates for day in (9, 11))
    assert before is not None
    assert (before.input_usd, before.output_usd) == (10.0, 40.0)
    assert after is not None
    assert (after.input_usd, after.output_usd) == (2.0, 8.0)


def test_starting_up_loads_neither_the_price_list_nor_the_vocabularies() -> None:
    code = (
        "import sys, workbench.catalogue.models, workbench.catalogue.tokens\n"
        "print([name for name in ('genai_prices', 'splintr', 'pydantic') if name in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
