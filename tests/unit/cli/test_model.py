"""``workbench model``."""

import json
from typing import Any

import typer
from typer.testing import CliRunner

from workbench.cli import model


def run(*arguments: str) -> str:
    app = typer.Typer()
    model.register(app)
    answer = CliRunner().invoke(app, list(arguments))
    assert answer.exit_code == 0, answer.output
    return answer.output


def objects(*arguments: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run(*arguments, "--json").splitlines()]


def test_a_call_is_priced_by_the_day() -> None:
    for day, usd in (("2025-06-09", 10 + 4.0), ("2025-06-11", 2 + 0.8)):
        [found] = objects("o3", "--as-of", day, "--input", "1000000", "--output", "100000")
        assert found["call_usd"] == usd
        assert found["as_of"] == f"{day}T00:00:00+00:00"


def test_each_model_has_an_object_and_an_unknown_one_its_reason() -> None:
    known, unknown = objects("gpt-4o", "my-own-model")
    assert (known["window_tokens"], known["tokenizer"], known["exact"]) == (128_000, "o200k_base", True)
    assert (unknown["call_usd"], unknown["no_price_because"]) == (None, "no price list has a model 'my-own-model'")


def test_what_is_shown_says_what_is_an_estimate_and_where_prices_are_from() -> None:
    shown = run("claude-3-opus-20240229", "--input", "1000", "--output", "100")
    assert "tokenizer  claude, an estimate" in shown
    assert "200,000 tokens" in shown
    # 1,000 at 15 and 100 at 75 USD a million
    assert "call       0.022500 USD" in shown
    assert "genai-prices 0.2.3: anthropic/claude-3-opus" in shown
