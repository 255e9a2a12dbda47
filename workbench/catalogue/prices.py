"""What a call costs by the price list in force when it was made.

`workbench.catalogue.price_history` is asked first, then `workbench.catalogue.price_list`.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from workbench.catalogue.price_history import price_then
from workbench.catalogue.price_list import LOCAL_PROVIDERS, list_entry, snapshot
from workbench.catalogue.providers import provider_of
from workbench.catalogue.tokenizers import bare_name

PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """USD a million tokens.

    Parameters
    ----------
    input_usd, output_usd : float
        At the base tier, where a provider has several by the length of the prompt.
    cached_usd : float or None
        For input that the provider had in its cache; None when it has no such price.
    source : str
    """

    input_usd: float
    output_usd: float
    cached_usd: float | None
    source: str


@dataclass(frozen=True, slots=True)
class RatesFound:
    """Rates, or why there are none.

    Parameters
    ----------
    rates : Rates or None
    reason : str
        Empty when there are rates.
    """

    rates: Rates | None
    reason: str


@dataclass(frozen=True, slots=True)
class Price:
    """What a call costs, or why that is not known.

    Parameters
    ----------
    usd : float or None
        None when there is no price for it; never 0 for "not known".
    source : str
        The list, the provider and the model in it that priced the call.
    reason : str
        Empty when there is a price.
    """

    usd: float | None
    source: str
    reason: str


def rates_of(model: str, *, as_of: datetime, provider: str | None = None) -> RatesFound:
    """USD a million tokens at a moment.

    Parameters
    ----------
    model : str
    as_of : datetime
        Aware.
    provider : str, optional
    """
    then = price_then(_seller(model, provider), bare_name(model), at=as_of)
    if then is not None:
        return RatesFound(Rates(then.input_usd, then.output_usd, then.cached_usd, then.source), "")
    listed = list_entry(model, provider)
    if listed is None:
        return RatesFound(None, _unlisted(model, provider))
    prices = listed.model.get_prices(as_of)
    found = [_base(getattr(prices, f"{kind}_mtok")) for kind in ("input", "output", "cache_read")]
    source = f"{snapshot().name}: {listed.provider.id}/{listed.model.id}"
    if found[0] is None or found[1] is None:
        return RatesFound(None, f"{source} has no price for a million tokens of input and output")
    return RatesFound(Rates(found[0], found[1], found[2], source), "")


def price(
    model: str,
    provider: str | None = None,
    *,
    as_of: datetime,
    tokens_input: int,
    tokens_output: int,
    tokens_cached: int = 0,
    history: bool = True,
) -> Price:
    """What a call costs by the list in force when it was made.

    Parameters
    ----------
    model : str
    provider : str, optional
    as_of : datetime
        When the call was made, aware.
    tokens_input : int
        The cached ones included.
    tokens_output : int
    tokens_cached : int
        Input tokens that the provider had in its cache.
    history : bool
        Ask `workbench.catalogue.price_history` before the list; off to see what the list alone knows.

    Returns
    -------
    Price

    Examples
    --------
    1,000 of input at 2.50 and 100 of output at 10 USD a million:

    >>> from datetime import UTC
    >>> price("gpt-4o", as_of=datetime(2025, 3, 1, tzinfo=UTC), tokens_input=1_000, tokens_output=100).usd
    0.0035
    >>> price("my-own-model", as_of=datetime(2025, 3, 1, tzinfo=UTC), tokens_input=1, tokens_output=1).reason
    "no price list has a model 'my-own-model'"
    """
    if min(tokens_input, tokens_output, tokens_cached) < 0 or tokens_cached > tokens_input:
        return Price(None, "", f"{tokens_cached} of {tokens_input} input and {tokens_output} output tokens is no usage")
    then = price_then(_seller(model, provider), bare_name(model), at=as_of) if history else None
    if then is not None:
        cached_usd = then.input_usd if then.cached_usd is None else then.cached_usd
        fresh = tokens_input - tokens_cached
        usd = fresh * then.input_usd + tokens_cached * cached_usd + tokens_output * then.output_usd
        return Price(usd / PER_MILLION, then.source, "")
    return _list_price(
        model,
        provider,
        as_of=as_of,
        tokens_input=tokens_input,
        tokens_output=tokens_output,
        tokens_cached=tokens_cached,
    )


def _list_price(
    model: str, provider: str | None, *, as_of: datetime, tokens_input: int, tokens_output: int, tokens_cached: int
) -> Price:
    listed = list_entry(model, provider)
    if listed is None:
        return Price(None, "", _unlisted(model, provider))
    from genai_prices import Usage

    usage = Usage(input_tokens=tokens_input, output_tokens=tokens_output, cache_read_tokens=tokens_cached or None)
    counted = listed.model.calc_price(usage, listed.provider, genai_request_timestamp=as_of)
    return Price(float(counted.total_price), f"{snapshot().name}: {listed.provider.id}/{listed.model.id}", "")


def _seller(model: str, provider: str | None) -> str:
    named = provider_of(model)
    return named if named != "unknown" or provider is None else provider


def _unlisted(model: str, provider: str | None) -> str:
    if provider in LOCAL_PROVIDERS or model.partition("/")[0] in LOCAL_PROVIDERS:
        return f"{model!r} is served locally: nothing is billed"
    served = f" of {provider}" if provider else ""
    return f"no price list has a model {model!r}{served}"


def _base(value: object) -> float | None:
    if value is None:
        return None
    return float(value if isinstance(value, Decimal) else value.base)  # type: ignore[attr-defined]
