"""Latency, cost and errors of LLM calls over a window of whole hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from workbench.course.views.switch import off_reason
from workbench.settings import Settings

_TEXT, _COUNT, _NUMBER = pl.String, pl.Int64, pl.Float64
_PERFORMANCE = {
    "provider": _TEXT, "calls": _COUNT, "failed_calls": _COUNT, "latency_calls": _COUNT,
    "p50_ms": _NUMBER, "p95_ms": _NUMBER, "p99_ms": _NUMBER,
}  # fmt: skip
_COST = {"provider": _TEXT, "day": pl.Date, "calls": _COUNT, "priced_calls": _COUNT, "cost_usd": _NUMBER}
_FAILURES = {"provider": _TEXT, "status": _TEXT, "error_code": _TEXT, "http_status": _COUNT, "calls": _COUNT}
_SPAN = {"source": _TEXT, "calls": _COUNT, "first_at": pl.Datetime("us", "UTC"), "last_at": pl.Datetime("us", "UTC")}
_BEYOND = {"p50_ms": 0.5, "p95_ms": 0.05, "p99_ms": 0.01}
"""Percentile -> share of the calls that lie beyond it."""


Schema = dict[str, Any]
"""Column -> Polars type."""


def _shaped(frame: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    return frame.select(pl.col(name).cast(kind) for name, kind in schema.items())


def next_hour(value: datetime) -> datetime:
    """The first whole hour after a time."""
    return value.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class AnalyticsView:
    """The warehouse's named questions.

    Parameters
    ----------
    settings : Settings
    as_of : datetime or None
        The window's end; None for the newest call there is.
    """

    settings: Settings
    as_of: datetime | None = None

    @property
    def off(self) -> str:
        """Why there is nothing, when the warehouse is switched off; else empty."""
        return off_reason(self.settings, "data_lake", "analytics")

    def span(self) -> pl.DataFrame:
        """From when to when there are calls, by source.

        Returns
        -------
        polars.DataFrame
            source (String), calls (Int64), first_at, last_at (Datetime, UTC).
        """
        return self._ask("call_span", _SPAN)

    def window(self, hours: int) -> tuple[datetime, datetime]:
        """A window of whole hours, half-open, that ends with the hour of `as_of` or of the newest call."""
        last = self.as_of or self.span()["last_at"].max()
        end = last if isinstance(last, datetime) else datetime(1970, 1, 1, tzinfo=UTC)
        until = next_hour(end.astimezone(UTC))
        return until - timedelta(hours=hours), until

    def performance(self, hours: int, *, include_all: bool) -> pl.DataFrame:
        """Exact percentiles per provider, from the raw calls.

        Returns
        -------
        polars.DataFrame
            provider (String); calls, failed_calls, latency_calls (Int64); p50_ms, p95_ms, p99_ms (Float64,
            milliseconds, null without an answered call).
        """
        return self._over("provider_performance", _PERFORMANCE, hours, include_all=include_all)

    def performance_from_states(self, hours: int, *, include_all: bool) -> pl.DataFrame:
        """The same from the hourly aggregate states."""
        return self._over("provider_performance_from_states", _PERFORMANCE, hours, include_all=include_all)

    def cost_by_day(self, hours: int, *, include_all: bool) -> pl.DataFrame:
        """Cost as billed per provider and day.

        Returns
        -------
        polars.DataFrame
            provider (String), day (Date), calls, priced_calls (Int64), cost_usd (Float64, US dollars, null when
            unknown).
        """
        return self._over("cost_by_provider_day", _COST, hours, include_all=include_all)

    def failures(self, hours: int, *, include_all: bool) -> pl.DataFrame:
        """Failed calls by provider, status and error code.

        Returns
        -------
        polars.DataFrame
            provider, status, error_code (String), http_status, calls (Int64).
        """
        return self._over("error_taxonomy", _FAILURES, hours, include_all=include_all)

    def compared(self, raw: pl.DataFrame, states: pl.DataFrame, *, min_beyond: int) -> pl.DataFrame:
        """Aggregate states beside the raw calls.

        Parameters
        ----------
        raw, states : polars.DataFrame
            As `performance` and `performance_from_states` give them.
        min_beyond : int
            Calls that must lie beyond a percentile for it to be compared: in a thin tail the calls next to it
            lie far apart, and two right methods differ.

        Returns
        -------
        polars.DataFrame
            One row per provider: provider (String), latency_calls (Int64), calls_differ (Int64, difference in
            calls and failed calls), compared (Int64, percentiles with enough calls beyond), error_ratio (Float64,
            their largest relative difference, 0 without any).
        """
        both = raw.join(states, on="provider", how="full", suffix="_states", coalesce=True)
        counts = [
            (pl.col(name).fill_null(0) - pl.col(f"{name}_states").fill_null(0)).abs()
            for name in ("calls", "failed_calls")
        ]
        enough = {name: pl.col("latency_calls").fill_null(0) * beyond >= min_beyond for name, beyond in _BEYOND.items()}
        apart = [
            pl.when(judged)
            .then((pl.col(name) - pl.col(f"{name}_states")).abs() / pl.col(name).clip(lower_bound=1e-9))
            .otherwise(0.0)
            .fill_null(1.0)
            for name, judged in enough.items()
        ]
        return both.select(
            "provider",
            pl.col("latency_calls").fill_null(0),
            calls_differ=pl.sum_horizontal(counts).cast(pl.Int64),
            compared=pl.sum_horizontal(judged.cast(pl.Int64) for judged in enough.values()),
            error_ratio=pl.max_horizontal(apart).cast(pl.Float64),
        )

    def _over(self, question: str, schema: Schema, hours: int, *, include_all: bool) -> pl.DataFrame:
        if self.off:
            return pl.DataFrame(schema=schema)
        since, until = self.window(hours)
        return self._ask(question, schema, since, until, include_all=include_all)

    def _ask(self, question: str, schema: Schema, *bounds: datetime, **more: bool) -> pl.DataFrame:
        if self.off:
            return pl.DataFrame(schema=schema)
        from workbench.warehouse.analytics import Analytics

        with Analytics(self.settings) as analytics:
            return _shaped(getattr(analytics, question)(*bounds, **more), schema)
