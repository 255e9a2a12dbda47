"""The warehouse's questions, one method each; Polars frames out.

Windows are half-open: `since` inclusive, `until` exclusive, both aware. Calls that were replayed from
recordings or made by the traffic model are left out unless `include_all` asks for them. Columns are
described in each query's header under ``queries/warehouse``.
"""

from datetime import datetime
from types import TracebackType

import polars as pl

from workbench.clock import as_utc
from workbench.errors import UsageError
from workbench.settings import Settings
from workbench.warehouse.client import open_warehouse


def _whole_hour(value: datetime, name: str) -> datetime:
    when = as_utc(value)
    if when.minute or when.second or when.microsecond:
        raise UsageError(f"{name} must be a whole hour, for the states are by hour; got {when.isoformat()}")
    return when


class Analytics:
    """One session of questions.

    Raises
    ------
    StoreUnavailableError
        From every method, when ClickHouse does not answer.
    UsageError
        From methods over hourly states, when a bound is not a whole hour.
    """

    def __init__(self, settings: Settings) -> None:
        self._warehouse = open_warehouse(settings)

    def call_span(self) -> pl.DataFrame:
        """How many calls there are per source, from when to when."""
        return self._warehouse.frame("call_span")

    def provider_performance(self, since: datetime, until: datetime, *, include_all: bool = False) -> pl.DataFrame:
        """Calls, error share and exact p50, p95, p99 with their n per provider, from the raw calls."""
        return self._warehouse.frame(
            "provider_performance", since=as_utc(since), until=as_utc(until), include_all=include_all
        )

    def provider_performance_from_states(
        self, since: datetime, until: datetime, *, include_all: bool = False
    ) -> pl.DataFrame:
        """The same over whole hours, from the aggregate states."""
        return self._hourly("provider_performance_from_states", since, until, include_all=include_all)

    def provider_performance_by_hour(
        self, since: datetime, until: datetime, *, include_all: bool = False
    ) -> pl.DataFrame:
        """Calls, error share, percentiles and users per provider and hour, from the aggregate states."""
        return self._hourly("provider_performance_by_hour", since, until, include_all=include_all)

    def latency_by_hour_raw(self, since: datetime, until: datetime, *, include_all: bool = False) -> pl.DataFrame:
        """Exact percentiles per provider and hour, from the raw calls."""
        return self._warehouse.frame(
            "latency_by_hour_raw", since=as_utc(since), until=as_utc(until), include_all=include_all
        )

    def cost_by_provider_day(self, since: datetime, until: datetime, *, include_all: bool = False) -> pl.DataFrame:
        """Cost as billed per provider and day; null where no call has a known cost."""
        return self._warehouse.frame(
            "cost_by_provider_day", since=as_utc(since), until=as_utc(until), include_all=include_all
        )

    def token_usage_by_provider_hour(
        self, since: datetime, until: datetime, *, include_all: bool = False
    ) -> pl.DataFrame:
        """Tokens per provider and hour, from the view of that name."""
        return self._hourly("token_usage_by_provider_hour", since, until, include_all=include_all)

    def error_taxonomy(self, since: datetime, until: datetime, *, include_all: bool = False) -> pl.DataFrame:
        """Failed calls by provider, status, error code and HTTP status; most frequent first."""
        return self._warehouse.frame(
            "error_taxonomy", since=as_utc(since), until=as_utc(until), include_all=include_all
        )

    def slowest_calls(
        self, since: datetime, until: datetime, *, include_all: bool = False, limit: int = 20
    ) -> pl.DataFrame:
        """The slowest answered calls, with where their bodies lie in the lake."""
        return self._warehouse.frame(
            "slowest_calls", since=as_utc(since), until=as_utc(until), include_all=include_all, limit=limit
        )

    def debate_turns(self, tenant_id: str, debate_id: str) -> pl.DataFrame:
        """Who did what in each round of a tenant's debate, with its outcome; empty for one that is not known."""
        return self._warehouse.frame("debate_turns", tenant_id=tenant_id, debate_id=debate_id)

    def _hourly(self, name: str, since: datetime, until: datetime, *, include_all: bool) -> pl.DataFrame:
        first, last = _whole_hour(since, "since"), _whole_hour(until, "until")
        return self._warehouse.frame(name, since=first, until=last, include_all=include_all)

    def close(self) -> None:
        """Give back the connection."""
        self._warehouse.close()

    def __enter__(self) -> "Analytics":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
