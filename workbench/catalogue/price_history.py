"""Prices that the price list no longer has or never had: a dated table, read before the list.

A list keeps what is sold; a log of last year needs what was sold then. Each row is a provider's published
price for the days it was in force, in USD a million tokens.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

_DEEPSEEK = "DeepSeek, API documentation, Models and pricing and change log"
_FIREWORKS = "Fireworks AI, pricing page"
_ANTHROPIC = "Anthropic, pricing page and announcement of 2024-12-03"

ALWAYS = datetime.min.replace(tzinfo=UTC)
OPEN = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class DatedPrice:
    """A price for the time it was in force.

    Parameters
    ----------
    provider : str
        Who sold it, as in `workbench.catalogue.providers`.
    prefix : str
        Start of the model's name, lower case, without ``provider/`` and paths.
    since, until : datetime
        In force from `since` (included) to `until` (excluded).
    input_usd, output_usd : float
        USD a million tokens.
    cached_usd : float or None
        USD a million tokens of input that the provider had in its cache; None when it had no such price.
    source : str
    """

    provider: str
    prefix: str
    since: datetime
    until: datetime
    input_usd: float
    output_usd: float
    cached_usd: float | None
    source: str


_CHEAPER_HAIKU = datetime(2024, 12, 3, tzinfo=UTC)
_END_OF_V3_OFFER = datetime(2025, 2, 8, 16, tzinfo=UTC)
_OFF_PEAK_BEGINS = datetime(2025, 2, 26, 16, 30, tzinfo=UTC)

PRICE_HISTORY: tuple[DatedPrice, ...] = (
    DatedPrice("anthropic", "claude-3-5-haiku", ALWAYS, _CHEAPER_HAIKU, 1.0, 5.0, 0.1, _ANTHROPIC),
    DatedPrice("deepseek", "deepseek-coder", ALWAYS, _END_OF_V3_OFFER, 0.14, 0.28, 0.014, _DEEPSEEK),
    DatedPrice("deepseek", "deepseek-chat", ALWAYS, _END_OF_V3_OFFER, 0.14, 0.28, 0.014, _DEEPSEEK),
    DatedPrice("deepseek", "deepseek-chat", _END_OF_V3_OFFER, _OFF_PEAK_BEGINS, 0.27, 1.10, 0.07, _DEEPSEEK),
    DatedPrice("deepseek", "deepseek-reasoner", ALWAYS, _OFF_PEAK_BEGINS, 0.55, 2.19, 0.14, _DEEPSEEK),
    DatedPrice("fireworks", "deepseek-v3", ALWAYS, OPEN, 0.90, 0.90, None, _FIREWORKS),
    DatedPrice("fireworks", "deepseek-r1", ALWAYS, OPEN, 8.00, 8.00, None, _FIREWORKS),
    DatedPrice("fireworks", "qwen2p5-coder-32b-instruct", ALWAYS, OPEN, 0.90, 0.90, None, _FIREWORKS),
)


def price_then(provider: str, name: str, *, at: datetime) -> DatedPrice | None:
    """The row that was in force; None when there is none.

    Parameters
    ----------
    provider : str
    name : str
        The model's name without ``provider/``.
    at : datetime

    Examples
    --------
    >>> price_then("anthropic", "claude-3-5-haiku-20241022", at=datetime(2024, 11, 7, tzinfo=UTC)).input_usd
    1.0
    >>> price_then("anthropic", "claude-3-5-haiku-20241022", at=datetime(2025, 1, 7, tzinfo=UTC)) is None
    True
    """
    return next(
        (
            row
            for row in PRICE_HISTORY
            if row.provider == provider and name.startswith(row.prefix) and row.since <= at < row.until
        ),
        None,
    )
