"""Refusals that many routes share: a component that is off, a store that is gone, a number that is none."""

from workbench.api.errors import Refusal
from workbench.errors import BreakerOpenError, SinkBackpressureError, StoreError

RETRY_AFTER_S = 5
"""Seconds after which a client may ask again when a store is gone; a probe is due by then."""

MOST_DIGITS = 9
"""Of a number in a query: every limit of the service has fewer, and thousands of digits are no number."""


def is_disabled(component: str, *, server: str = "POSTGRESQL", reader: str = "") -> Refusal:
    """503 for a component that is switched off, by its own flag or with the server that it needs.

    Parameters
    ----------
    component : str
        Field of ``settings.components``.
    server : str
        As in ``SVC_<server>_ENABLED``.
    reader : str
        The component that was asked and that needs this one, when it is another.
    """
    needed = f", which {reader} reads," if reader else ""
    return Refusal(
        503,
        f"{component}{needed} is disabled: BIGDATA_ENABLE_{component.upper()} or SVC_{server}_ENABLED switches it off",
        code="component_disabled",
        kind="service_unavailable",
    )


def unavailable(error: StoreError, what: str) -> Refusal:
    """503 with the time after which another try makes sense.

    Parameters
    ----------
    error : StoreError
    what : str
        What cannot be done, e.g. ``debates cannot be read``.
    """
    told = error.retry_after_s if isinstance(error, BreakerOpenError | SinkBackpressureError) else RETRY_AFTER_S
    return Refusal(
        503,
        f"{what} now: {error}",
        code="store_unavailable",
        kind="service_unavailable",
        headers={"retry-after": str(max(1, round(told)))},
    )


def whole_number(param: str, text: str, *, low: int, high: int) -> int:
    """A number of a query, `low` to `high`.

    Raises
    ------
    Refusal
        400 for everything else.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and low <= int(text) <= high):
        raise Refusal(
            400,
            f"{param}: a whole number from {low} to {high}, not {text[:40]!r}",
            code="invalid_value",
            param=param,
        )
    return int(text)
