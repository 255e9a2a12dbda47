"""Rows of lake table ``raw_llm_calls`` to rows of ``llm_calls``. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc

LAKE_COLUMNS = (
    *("call_id", "event_id", "tenant_id", "conversation_id", "session_id", "user_id", "source_sequence"),
    *("provider", "model", "operation", "source", "status", "error_code", "http_status"),
    *("started_at", "occurred_at", "ingested_at", "time_assumed", "latency_ms", "ttft_ms"),
    *("tokens_input", "tokens_output", "tokens_cached", "cost_usd", "cache_hit", "request_bytes", "response_bytes"),
)
"""What is read from the lake: everything typed, no bodies."""

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2106, 2, 7, tzinfo=UTC)
"""Hours of the aggregates are ClickHouse ``DateTime``, which ends in 2106; outside it would wrap around."""

MARGIN = timedelta(days=1)
"""Another event may tell of the same call with a slightly different start: so far around a block is looked."""


@dataclass(frozen=True, slots=True)
class CallBlock:
    """A stretch of what one Delta version added, at most a hundred thousand rows of it.

    Where blocks begin and end, and the order of their rows, follows from the lake alone: a block that is
    sent again is the same block, with the same token.

    Parameters
    ----------
    version : int
    first_row, next_row : int
        Of the version; rows that ClickHouse cannot hold are counted, though they are not in `rows`.
    rows : pyarrow.Table
        `LAKE_COLUMNS`, and where each row lies in the lake: ``lake_version``, ``lake_row``, ``lake_file``.
    """

    version: int
    first_row: int
    next_row: int
    rows: pa.Table

    @classmethod
    def of(cls, version: int, first_row: int, rows: pa.Table) -> "CallBlock":
        """A block of all the rows, numbered."""
        next_row = first_row + rows.num_rows
        numbered = rows.append_column(
            "lake_version", pa.repeat(pa.scalar(version, pa.uint64()), rows.num_rows)
        ).append_column("lake_row", pa.array(range(first_row, next_row), pa.uint64()))
        return cls(version, first_row, next_row, numbered)

    def without(self, bad: pa.Array) -> "CallBlock":
        """The block without the rows that are marked."""
        return CallBlock(self.version, self.first_row, self.next_row, self.rows.filter(pc.invert(bad)))

    def token(self, lake_table: str) -> str:
        """Deduplication token."""
        return f"{lake_table}:{self.version}:{self.first_row}-{self.next_row}"


def out_of_range(rows: pa.Table, *, times: Sequence[str] = ("started_at", "occurred_at")) -> pa.Array:
    """True for rows with a time that ClickHouse cannot hold; None when all fit."""
    bad = None
    for name in times:
        column = rows[name]
        limits = pc.min_max(column).as_py()
        if limits["min"] is not None and (limits["min"] < EARLIEST or limits["max"] >= LATEST):
            first = pa.scalar(EARLIEST, column.type)
            last = pa.scalar(LATEST, column.type)
            found = pc.or_(pc.less(column, first), pc.greater_equal(column, last))
            bad = found if bad is None else pc.or_(bad, found)
    return bad


def time_range(rows: pa.Table) -> tuple[datetime, datetime]:
    """Least and greatest start, with `MARGIN` around."""
    limits = pc.min_max(rows["started_at"]).as_py()
    return max(limits["min"] - MARGIN, EARLIEST), min(limits["max"] + MARGIN, LATEST)


@dataclass(frozen=True, slots=True)
class Parted:
    """New calls, and events that tell of a call that is there by another event."""

    calls: pa.Table
    repeats: pa.Table


def part(rows: pa.Table, loaded: Mapping[str, set[str]]) -> Parted:
    """Leave out what an earlier block or an earlier row of this block has brought.

    Parameters
    ----------
    rows : pyarrow.Table
    loaded : mapping
        Call id -> ids of the events by which it is there.
    """
    if not loaded and pc.count_distinct(rows["call_id"]).as_py() == rows.num_rows:
        return Parted(rows, rows.slice(0, 0))
    first: dict[str, set[str]] = {call: set(events) for call, events in loaded.items()}
    fresh: list[int] = []
    repeats: list[int] = []
    pairs = zip(rows["call_id"].to_pylist(), rows["event_id"].to_pylist(), strict=True)
    for index, (call_id, event_id) in enumerate(pairs):
        known = first.get(call_id)
        if known is None:
            first[call_id] = {event_id}
            fresh.append(index)
        elif event_id not in known:
            known.add(event_id)
            repeats.append(index)
    return Parted(rows.take(pa.array(fresh, pa.int64())), rows.take(pa.array(repeats, pa.int64())))
