"""Prices by the list in force."""

import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from genai_prices.data import providers
from genai_prices.types import StartDateConstraint
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.catalogue import price_log
from workbench.catalogue.price_list import PRICES_KNOWN_TO, snapshot
from workbench.catalogue.prices import price, rates_of

MARCH = datetime(2025, 3, 1, 12, tzinfo=UTC)


def usd(model: str, provider: str | None = None, *, at: datetime = MARCH, cached: int = 0) -> float:
    found = price(model, provider, as_of=at, tokens_input=1_000_000, tokens_output=1_000_000, tokens_cached=cached)
    assert found.usd is not None, found.reason
    assert found.source
    assert not found.reason
    return found.usd


def test_a_million_tokens_each_way_cost_what_the_list_says() -> None:
    assert usd("gpt-4o") == pytest.approx(2.5 + 10)
    assert usd("anthropic/claude-3-7-sonnet-20250219") == pytest.approx(3 + 15)


def test_cached_input_is_part_of_the_input_and_cheaper() -> None:
    # half of the million at 2.50 and half at 1.25; output 10
    assert usd("gpt-4o", cached=500_000) == pytest.approx(1.25 + 0.625 + 10)
    # 200,000 at .14 and 800,000 at .014; output .28
    assert usd("deepseek/deepseek-chat", at=datetime(2025, 1, 1, tzinfo=UTC), cached=800_000) == pytest.approx(
        0.028 + 0.0112 + 0.28
    )


def test_what_was_sold_then_costs_what_it_cost_then() -> None:
    assert usd("claude-3-5-haiku-20241022", at=datetime(2024, 11, 7, tzinfo=UTC)) == pytest.approx(1 + 5)
    assert usd("claude-3-5-haiku-20241022", at=datetime(2024, 12, 7, tzinfo=UTC)) == pytest.approx(0.8 + 4)
    assert usd("fireworks_ai/accounts/fireworks/models/deepseek-v3") == pytest.approx(0.9 + 0.9)
    assert usd("deepseek-coder", at=datetime(2024, 12, 5, tzinfo=UTC)) == pytest.approx(0.14 + 0.28)


@pytest.mark.parametrize(
    ("model", "provider", "reason"),
    [
        ("my-own-model", None, "no price list has a model 'my-own-model'"),
        ("gpt-nonsense", "groq", "no price list has a model 'gpt-nonsense' of groq"),
        ("ollama/llama3", None, "'ollama/llama3' is served locally: nothing is billed"),
        ("gpt-4o", "replay", "'gpt-4o' is served locally: nothing is billed"),
        ("", None, "no price list has a model ''"),
    ],
)
def test_without_a_price_there_is_a_reason_and_no_zero(model: str, provider: str | None, reason: str) -> None:
    found = price(model, provider, as_of=MARCH, tokens_input=1, tokens_output=1)
    assert (found.usd, found.reason) == (None, reason)
    assert rates_of(model, as_of=MARCH, provider=provider).rates is None


@pytest.mark.parametrize(("tokens", "cached"), [(-1, 0), (1, 2), (1, -1)])
def test_usage_that_cannot_be_is_refused(tokens: int, cached: int) -> None:
    found = price("gpt-4o", as_of=MARCH, tokens_input=tokens, tokens_output=1, tokens_cached=cached)
    assert found.usd is None
    assert "is no usage" in found.reason


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.none() | st.text(max_size=20) | st.sampled_from(["openai", "openrouter", "bedrock"]))
def test_any_name_has_a_price_or_a_reason(model: str, provider: str | None) -> None:
    found = price(model, provider, as_of=MARCH, tokens_input=1_000, tokens_output=10)
    assert (found.usd is None) is bool(found.reason)


def test_pricing_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert usd("gpt-4o-mini") > 0


def test_the_date_of_the_list_is_its_latest_change() -> None:
    assert snapshot().name == "genai-prices 0.2.3", "the list is another: set PRICES_KNOWN_TO to its latest change"
    starts = {
        conditional.constraint.start_date
        for provider in providers
        for model in provider.models
        if isinstance(model.prices, list)
        for conditional in model.prices
        if isinstance(conditional.constraint, StartDateConstraint)
    }
    # 2026-12-01 and 2027-01-01 are announced.
    assert sorted(starts)[-3:] == [PRICES_KNOWN_TO, datetime(2026, 12, 1).date(), datetime(2027, 1, 1).date()]


def test_a_real_log_is_priced_within_a_hundredth_for_most_calls(shared_data: Path) -> None:
    found = price_log(shared_data / "aider" / "events.jsonl")
    assert found.calls == 4_446
    assert found.priced / found.named > 0.99
    assert found.near / found.compared > 0.95
    assert found.usd == pytest.approx(found.logged_usd, rel=0.01)
    listed = price_log(shared_data / "aider" / "events.jsonl", history=False)
    assert 0.85 < listed.near / listed.compared < 0.90
