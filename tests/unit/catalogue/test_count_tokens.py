"""Counting with real vocabularies."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
import splintr
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalogue.tokenizers import TOKENIZERS, tokenizer_of
from workbench.catalogue.tokens import EXACT_CHARS, count_tokens, message_tokens, model_tokens
from workbench.errors import UsageError

VOCABULARIES = cache(splintr.Tokenizer.from_pretrained)
EXACT = [name for name, row in TOKENIZERS.items() if row.exact]


@pytest.mark.parametrize(
    ("tokenizer", "text", "tokens"),
    [
        # The ids that OpenAI's tiktoken publishes in its own tests: [15339, 1917]; "rer" is [38149]; [6, 25, 4, 2]
        ("cl100k_base", "hello world", 2),
        ("cl100k_base", "rer", 1),
        ("cl100k_base", "'rer", 2),
        ("cl100k_base", "today\n ", 3),
        ("cl100k_base", "today\n \n", 2),
        ("cl100k_base", "👍", 3),
        # tiktoken's README and cookbook: "antidisestablishmentarianism" takes 6 in both
        ("cl100k_base", "antidisestablishmentarianism", 6),
        ("o200k_base", "antidisestablishmentarianism", 6),
        ("cl100k_base", "2 + 2 = 4", 7),
        ("o200k_base", "2 + 2 = 4", 7),
        ("cl100k_base", "お誕生日おめでとう", 9),
        ("o200k_base", "お誕生日おめでとう", 8),
    ],
)
def test_counts_are_those_that_the_vocabularys_publisher_gives(tokenizer: str, text: str, tokens: int) -> None:
    assert count_tokens(text, tokenizer) == tokens


@pytest.mark.parametrize("tokenizer", EXACT)
def test_a_special_token_that_is_written_out_counts_as_its_characters(tokenizer: str) -> None:
    vocabulary = VOCABULARIES(TOKENIZERS[tokenizer].vocabulary)
    specials = vocabulary.special_tokens
    names = specials() if callable(specials) else specials
    assert names
    for name, identity in names.items():
        assert identity not in vocabulary.encode_ordinary(f"a {name} b"), name
        # A control token would be one; the characters are several, but for a bare word such as [MASK] in a vocabulary.
        assert count_tokens(name, tokenizer) == len(vocabulary.encode_ordinary(name))
    assert count_tokens("<|endoftext|>", tokenizer) > 1


@pytest.mark.parametrize("tokenizer", EXACT)
@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_what_is_counted_is_the_whole_text(tokenizer: str, text: str) -> None:
    vocabulary = VOCABULARIES(TOKENIZERS[tokenizer].vocabulary)
    ids = vocabulary.encode_ordinary(text)
    assert count_tokens(text, tokenizer) == max(len(ids), 1 if text else 0)
    if vocabulary.family == "BPE":
        assert bytes(vocabulary.decode_bytes(ids)).decode() == text


@pytest.mark.parametrize("tokenizer", list(TOKENIZERS))
@pytest.mark.parametrize("text", ["", "a", "\ud800", "\udfff x", "\x00", "\u200d" * 9, "%s {} ${jndi:x}'; --"])
def test_any_text_has_a_count_and_only_the_empty_one_has_none(tokenizer: str, text: str) -> None:
    assert (count_tokens(text, tokenizer) == 0) is (text == "")


@pytest.mark.parametrize("tokenizer", list(TOKENIZERS))
@pytest.mark.parametrize("text", ["a" * 1_000_000, " " * 1_000_000, "\n" * 1_000_000, "é" * 500_000])
def test_a_megabyte_of_one_letter_is_counted_from_pieces(tokenizer: str, text: str) -> None:
    whole = count_tokens(text[:EXACT_CHARS], tokenizer) * len(text) / EXACT_CHARS
    assert count_tokens(text, tokenizer) == pytest.approx(whole, rel=0.02)


def test_a_long_text_that_changes_on_its_way_is_estimated_within_a_twentieth() -> None:
    prose = "The consumer group lags behind the partition's end offset by a minute or two. " * 2_000
    digits = "".join(f"{number:x};" for number in range(30_000))
    text = prose + digits + "分区的消费者" * 10_000
    assert len(text) > EXACT_CHARS
    vocabulary = VOCABULARIES("o200k_base")
    assert count_tokens(text, "o200k_base") == pytest.approx(len(vocabulary.encode_ordinary(text)), rel=0.05)


def test_threads_count_alike_from_the_first_call_on() -> None:
    texts = [f"Kafka {number} keeps offsets; {'分区 ' * (number % 7)}" for number in range(400)]
    code = (
        "import sys, json; from concurrent.futures import ThreadPoolExecutor\n"
        "from workbench.catalogue.tokens import count_tokens\n"
        "texts = json.load(sys.stdin)\n"
        "assert 'splintr' not in sys.modules\n"
        "with ThreadPoolExecutor(8) as pool: print(json.dumps(list(pool.map(count_tokens, texts))))\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    assert json.loads(answer.stdout) == [count_tokens(text) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(count_tokens, texts)) == [count_tokens(text) for text in texts]


@pytest.mark.parametrize(
    ("model", "tokenizer"),
    [
        ("gpt-4", "cl100k_base"),
        ("openai/gpt-4o-mini-2024-07-18", "o200k_base"),
        ("replay:gpt-3.5-turbo", "cl100k_base"),
        ("openrouter/anthropic/claude-3.5-sonnet", "claude"),
        ("bedrock/us.anthropic.claude-3-7-sonnet-20250219-v1:0", "claude"),
        ("gemini/gemini-2.5-pro", "gemma3"),
        ("meta-llama/Meta-Llama-3.1-70B-Instruct", "llama3"),
        ("ollama/llama3.2:3b", "llama3"),
        ("llama3-70b-8192", "llama3"),
        ("ollama/llama2", "unknown"),
        ("deepseek/deepseek-reasoner", "deepseek_v3"),
        ("deepseek-coder", "unknown"),
        ("Qwen/Qwen2.5-72B-Instruct", "qwen3"),
        ("open-mistral-nemo", "mistral_v3"),
        ("mistral-large-2407", "unknown"),
        ("ensemble:gpt-4o,gpt-4.1", "o200k_base"),
        ("ensemble:gpt-4o,claude-3-opus", "unknown"),
        ("ensemble:", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_models_name_gives_its_tokenizer(model: str, tokenizer: str) -> None:
    assert tokenizer_of(model) == tokenizer


def test_a_stand_in_costs_its_ratio_more_than_what_it_stands_on() -> None:
    text = "The consumer group lags behind. " * 100
    public = count_tokens(text, "o200k_base")
    assert count_tokens(text, "claude") == pytest.approx(public * TOKENIZERS["claude"].ratio, abs=1)
    assert model_tokens(text, "claude-3-opus") == count_tokens(text, "claude")


def test_an_unknown_tokenizer_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match=r"no tokenizer 'gpt2'; known: cl100k_base, o200k_base"):
        count_tokens("a", "gpt2")


def test_a_message_costs_four_tokens_more_than_its_text() -> None:
    assert message_tokens("hello world", "gpt-4") == 2 + 4
