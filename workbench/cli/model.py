"""``workbench model``: what the catalogue knows of models, and what a call costs."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from workbench.catalogue.models import ModelFacts
    from workbench.catalogue.prices import Price

_KINDS = ("input", "cached", "output")


def model(
    names: Annotated[list[str], typer.Argument(help="Models, as their providers write them.")],
    provider: Annotated[str, typer.Option(help="Who serves them, when the name does not say.")] = "",
    as_of: Annotated[datetime | None, typer.Option(help="Time (UTC) whose prices count; default now.")] = None,
    tokens_input: Annotated[int, typer.Option("--input", help="Input tokens of a call, cached ones too.")] = 0,
    tokens_output: Annotated[int, typer.Option("--output", help="Output tokens of the call.")] = 0,
    tokens_cached: Annotated[int, typer.Option("--cached", help="Input tokens that the provider had cached.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="JSON, one object a model.")] = False,
) -> None:
    """Show windows, tokenizers and prices of models; with token counts, what a call costs. Nothing is fetched."""
    import json
    from datetime import UTC

    from workbench.catalogue.models import model_facts
    from workbench.catalogue.prices import price
    from workbench.clock import utc_now

    at = utc_now() if as_of is None else as_of.replace(tzinfo=as_of.tzinfo or UTC)
    for name in names:
        facts = model_facts(name, as_of=at, provider=provider or None)
        cost = price(
            name,
            provider or None,
            as_of=at,
            tokens_input=tokens_input,
            tokens_output=tokens_output,
            tokens_cached=tokens_cached,
        )
        if as_json:
            print(json.dumps(_fields(facts, cost) | {"as_of": at.isoformat()}, ensure_ascii=False))
        else:
            print("\n".join(_lines(facts, cost, priced=bool(tokens_input or tokens_output))))


def _fields(facts: "ModelFacts", cost: "Price") -> dict[str, Any]:
    from workbench.catalogue.models import default_budget

    rates = facts.rates
    return {
        "model": facts.model,
        "provider": facts.provider,
        "window_tokens": facts.window,
        "max_output_tokens": facts.max_output,
        "budget_tokens": default_budget(facts.model),
        "tokenizer": facts.tokenizer,
        "exact": facts.exact,
        "limits_from": facts.source,
        "limits_dated": facts.dated.isoformat(),
        "input_usd_per_million": None if rates is None else rates.input_usd,
        "cached_usd_per_million": None if rates is None else rates.cached_usd,
        "output_usd_per_million": None if rates is None else rates.output_usd,
        "call_usd": cost.usd,
        "prices_from": cost.source or None,
        "no_price_because": cost.reason or None,
    }


def _lines(facts: "ModelFacts", cost: "Price", *, priced: bool) -> list[str]:
    found = _fields(facts, cost)
    rates = [found[f"{kind}_usd_per_million"] for kind in _KINDS]
    shown = [
        ("provider", facts.provider),
        ("window", f"{facts.window:,} tokens, an answer of at most {facts.max_output:,}"),
        ("", f"{facts.source}, {facts.dated}"),
        ("budget", f"{found['budget_tokens']:,} tokens"),
        ("tokenizer", facts.tokenizer + ("" if facts.exact else ", an estimate")),
    ]
    if facts.rates is None:
        shown.append(("prices", cost.reason))
    else:
        words = (f"{'-' if rate is None else f'{rate:g}'} {kind}" for rate, kind in zip(rates, _KINDS, strict=True))
        shown += [("prices", f"USD a million tokens: {', '.join(words)}"), ("", facts.rates.source)]
    if priced and cost.usd is not None:
        shown.append(("call", f"{cost.usd:.6f} USD"))
    return [facts.model, *(f"  {name:<10} {value}" for name, value in shown)]


def register(target: typer.Typer) -> None:
    """Add the verb."""
    target.command()(model)
