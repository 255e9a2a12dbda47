"""What is known of a model: its window, its longest answer, its tokenizer, its price a million tokens.

Windows and prices come from the list in the package `genai-prices`, as it is installed and never
fetched; `workbench.catalogue.families` and `workbench.catalogue.price_history` fill in what it lacks.
The list is loaded at the first question, not on import.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from workbench.catalogue.families import AS_OF, FAMILIES, UNKNOWN, ModelFamily, family_of
from workbench.catalogue.price_list import list_entry, snapshot
from workbench.catalogue.prices import Rates, rates_of
from workbench.catalogue.providers import provider_of
from workbench.catalogue.tokenizers import TOKENIZERS, members_of, tokenizer_of
from workbench.clock import utc_now

__all__ = [
    "ESTIMATE_MARGIN",
    "EXACT_MARGIN",
    "FAMILIES",
    "MAX_OUTPUT_SHARE",
    "UNKNOWN",
    "ModelFacts",
    "ModelFamily",
    "default_budget",
    "family_of",
    "margin_of",
    "model_facts",
]

EXACT_MARGIN = 0.98
"""Share of a window that is planned with when the model's own vocabulary counts: what a provider adds
around messages and tools is not published to the token. Too high, and a full window is refused."""

ESTIMATE_MARGIN = 0.9
"""Share of a window that is planned with when counts are estimates: of 28 measured answers of Claude the
estimate was at most 8 % off, and Python is published to cost it some 10 % more than that."""

MAX_OUTPUT_SHARE = 0.25
"""Most of a window that is kept for the answer when nothing else is said."""

ASSUMED_MAX_OUTPUT_TOKENS = 32_768
"""Longest answer of a model whose window is known and whose longest answer is not."""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What is known of one model.

    Parameters
    ----------
    model : str
        As it was asked for.
    provider : str
        Who serves it, as far as the name says; ``unknown`` otherwise.
    window : int
        Tokens of input and output together.
    max_output : int
        Tokens of the longest answer.
    tokenizer : str
        A key of `workbench.catalogue.tokenizers.TOKENIZERS`.
    exact : bool
        Whether that tokenizer is the model's own.
    rates : Rates or None
        USD a million tokens on the day that was asked for; None when no list has them.
    source : str
        Where window and longest answer come from.
    dated : date
        What day that source stands for.
    """

    model: str
    provider: str
    window: int
    max_output: int
    tokenizer: str
    exact: bool
    rates: Rates | None
    source: str
    dated: date


def model_facts(model: str, *, as_of: datetime | None = None, provider: str | None = None) -> ModelFacts:
    """What is known of a model on a day.

    Parameters
    ----------
    model : str
        As the provider writes it; of an ensemble, the member with the smallest window.
    as_of : datetime, optional
        The moment whose price is asked for, by default now.
    provider : str, optional
        Who serves it, when the name does not say.

    Returns
    -------
    ModelFacts
        Of a model that nobody knows: the smallest window in common use, no rates.

    Examples
    --------
    >>> facts = model_facts("gpt-4o")
    >>> facts.provider, facts.window, facts.max_output, facts.tokenizer, facts.exact
    ('openai', 128000, 16384, 'o200k_base', True)
    >>> model_facts("my-own-model").window
    8192
    """
    members = members_of(model)
    if members == [model.strip()]:
        return _facts(members[0], as_of or utc_now(), provider)
    known = [_facts(member, as_of or utc_now(), provider) for member in members]
    return min(known, key=lambda facts: facts.window, default=_facts("", as_of or utc_now(), provider))


def _facts(model: str, as_of: datetime, provider: str | None) -> ModelFacts:
    family = family_of(model)
    window, max_output, source, dated = _limits(model, provider)
    tokenizer = tokenizer_of(model)
    return ModelFacts(
        model=model,
        provider=provider or _provider(model, family),
        window=window,
        max_output=max_output,
        tokenizer=tokenizer,
        exact=TOKENIZERS[tokenizer].exact,
        rates=rates_of(model, as_of=as_of, provider=provider).rates,
        source=source,
        dated=dated,
    )


def _provider(model: str, family: ModelFamily) -> str:
    named = provider_of(model)
    return family.provider if named == "unknown" else named


@lru_cache(maxsize=4096)
def _limits(model: str, provider: str | None) -> tuple[int, int, str, date]:
    family = family_of(model)
    listed = list_entry(model, provider)
    window = listed.model.context_window if listed is not None else None
    if not window:
        return family.context_tokens, family.max_output_tokens, family.source, AS_OF
    longest = family.max_output_tokens
    # A row for the short windows of a family's first models says little of its newest: 4,096 of 1,000,000.
    if family is UNKNOWN or family.context_tokens < window // 2:
        longest = max(longest, ASSUMED_MAX_OUTPUT_TOKENS)
    return window, min(longest, window), snapshot().name, snapshot().dated


def margin_of(model: str) -> float:
    """Share of a model's window to plan with: `EXACT_MARGIN` when its own vocabulary counts, else `ESTIMATE_MARGIN`.

    Examples
    --------
    >>> margin_of("gpt-4o"), margin_of("claude-3-opus"), margin_of("my-own-model")
    (0.98, 0.9, 0.9)
    """
    return EXACT_MARGIN if TOKENIZERS[tokenizer_of(model)].exact else ESTIMATE_MARGIN


def default_budget(model: str, *, max_output_tokens: int | None = None) -> int:
    """Tokens of input to plan with for a model: its window less the answer, less a margin.

    Parameters
    ----------
    model : str
    max_output_tokens : int, optional
        Tokens that the caller asks for as an answer; by default the model's longest answer, at most
        a quarter of the window.

    Returns
    -------
    int
        Tokens, at least 1.

    Examples
    --------
    The margin leaves 90 % of 8,192 − 2,048 = 6,144:

    >>> default_budget("my-own-model")
    5529
    """
    smallest = min((_limits(member, None)[:2] for member in members_of(model)), default=_limits("", None)[:2])
    window, longest = smallest
    answer = min(longest, int(window * MAX_OUTPUT_SHARE))
    if max_output_tokens is not None:
        answer = max(0, max_output_tokens)
    return max(1, int((window - answer) * margin_of(model)))
