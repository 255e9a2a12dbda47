"""The price list in the installed package `genai-prices`: read, never updated over the network."""

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, Provider

PRICES_KNOWN_TO = date(2026, 11, 9)
"""The latest change of a price that `genai-prices` 0.2.3 knows of, apart from announced ones; the release
itself carries no date. A call after it may be priced by a list that has changed since."""

LOCAL_PROVIDERS = frozenset({"ollama", "ollama_chat", "lm_studio", "replay", "synthetic"})
"""Who serves without a price list: nothing is billed, so nothing is priced."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which list of prices answers.

    Parameters
    ----------
    name : str
        The package and its version.
    dated : date
        The latest change that it knows of.
    """

    name: str
    dated: date


@dataclass(frozen=True, slots=True)
class ListEntry:
    """A model in the price list."""

    provider: "Provider"
    model: "ModelInfo"


@cache
def snapshot() -> Snapshot:
    """The list that is installed.

    Examples
    --------
    >>> snapshot().name.split()[0]
    'genai-prices'
    """
    return Snapshot(f"genai-prices {version('genai-prices')}", PRICES_KNOWN_TO)


@lru_cache(maxsize=4096)
def list_entry(model: str, provider: str | None = None) -> ListEntry | None:
    """The model's row in the price list; None when it has none.

    Parameters
    ----------
    model : str
        As the provider writes it, with or without ``provider/``.
    provider : str, optional
        Who serves it. Without one the name decides; the maker's row stands in for a reseller's.
    """
    prefix, slash, rest = model.strip().removeprefix("replay:").partition("/")
    if provider in LOCAL_PROVIDERS or (slash and prefix in LOCAL_PROVIDERS):
        return None
    whole = f"{prefix}{slash}{rest}"
    tries: list[tuple[str | None, str]] = [(provider, whole)] if provider and provider != "unknown" else []
    tries += [(prefix, rest), (prefix, whole), (None, whole), (None, rest)] if slash else [(None, whole)]
    return next((found for seller, name in tries if name and (found := _listed(name, seller))), None)


def _listed(name: str, seller: str | None) -> ListEntry | None:
    # Imported here: the list is 1.6 MB of Python, a quarter of a second that most commands have no use for.
    # Its own look-up is not used: that remembers every name it was ever asked for.
    from genai_prices.data_snapshot import find_provider_by_id, get_snapshot

    providers = get_snapshot().providers
    if seller is None:
        named = (one for one in providers if one.model_match is not None and one.model_match.is_match(name.lower()))
        provider = next(named, None)
    else:
        provider = find_provider_by_id(providers, seller)
    model = None if provider is None else provider.find_model(name, all_providers=providers)
    return None if provider is None or model is None else ListEntry(provider, model)
