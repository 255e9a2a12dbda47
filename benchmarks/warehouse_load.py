"""The lake to ClickHouse, with deduplication and views, beside bare inserts of the same rows; states beside raw."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np
import pyarrow as pa

from benchmarks.figures import Figure
from workbench.lake.changes import Changes
from workbench.lake.delta import create_table
from workbench.lake.schema import RAW_LLM_CALLS
from workbench.lake.table import AppendTable
from workbench.pipelines.warehouse_load import load_available
from workbench.pipelines.warehouse_loader import BLOCK_ROWS
from workbench.settings import Settings
from workbench.warehouse.analytics import Analytics
from workbench.warehouse.calls import LAKE_COLUMNS, CallBlock
from workbench.warehouse.client import Warehouse, open_warehouse
from workbench.warehouse.ledger import TABLES
from workbench.warehouse.load import insert_block
from workbench.warehouse.migrations import apply

START = datetime(2026, 3, 1, tzinfo=UTC)
PROVIDERS = np.array(["openai", "anthropic", "google", "mistral", "deepseek"])
PERCENTILES = ("p50_ms", "p95_ms", "p99_ms")


def calls(count: int, first: int) -> pa.Table:
    """Rows of lake table raw_llm_calls: 40 ms apart, log-normal latencies, 3 % failures, no bodies."""
    chance = np.random.default_rng(first)
    number = np.arange(first, first + count)
    started = np.datetime64(START.replace(tzinfo=None), "us") + (number * 40_000).astype("timedelta64[us]")
    latency = chance.lognormal(6.5, 0.8, count)
    failed = chance.random(count) < 0.03
    instant = pa.array(started).cast(pa.timestamp("us")).cast(pa.timestamp("us", tz="UTC"))
    ids = pa.array([f"{n:032x}{n * 2654435761 % 2**128:032x}" for n in number.tolist()])
    columns: dict[str, object] = {
        "event_id": ids,
        "call_id": pa.array([f"call-{one[24:56]}" for one in ids.to_pylist()]),
        "event_type": pa.repeat("llm.call.completed", count),
        "tenant_id": pa.repeat("default", count),
        "conversation_id": pa.array(np.char.add("c", (number // 10).astype(str))),
        "session_id": pa.array(np.char.add("s", (number // 100).astype(str))),
        "user_id": pa.array(np.char.add("u", (number % 5000).astype(str))),
        "provider": pa.array(PROVIDERS[chance.integers(0, 5, count)]),
        "model": pa.array(np.char.add("model-", (number % 12).astype(str))),
        "operation": pa.repeat("complete", count),
        "source": pa.repeat("api", count),
        "status": pa.array(np.where(failed, "error", "ok")),
        **dict.fromkeys(("occurred_at", "ingested_at", "started_at"), instant),
        "time_assumed": pa.repeat(False, count),
        "cache_hit": pa.repeat(False, count),
        "latency_ms": pa.array(latency, mask=failed),
        "ttft_ms": pa.array(latency / 10, mask=failed),
        "tokens_input": pa.array(chance.integers(1, 8000, count)),
        "tokens_output": pa.array(chance.integers(1, 2000, count)),
        "cost_usd": pa.array(chance.random(count)),
        "topic": pa.repeat("benchmark", count),
        "partition": pa.repeat(pa.scalar(0, pa.int32()), count),
        "offset": pa.array(number),
        "lake_provider": pa.repeat("all", count),
        "lake_date": pa.repeat(pa.scalar(START.date(), pa.date32()), count),
    }
    return pa.table(
        {field.name: columns.get(field.name, pa.nulls(count, field.type)) for field in RAW_LLM_CALLS.schema},
        schema=RAW_LLM_CALLS.schema,
    )


def _empty(warehouse: Warehouse) -> None:
    for table in TABLES:
        warehouse.run(f"clear_{table}")


def _bare(warehouse: Warehouse, changes: Changes, versions: range) -> float:
    """Rows a second of plain inserts of the lake's rows into the same tables, the reading not counted."""
    spent, rows = 0.0, 0
    for version in versions:
        for added in changes.added(version, block_rows=BLOCK_ROWS):
            block = CallBlock.of(added.version, added.first_row, added.rows)
            began = time.perf_counter()
            warehouse.insert("llm_calls", block.rows)
            spent += time.perf_counter() - began
            rows += block.rows.num_rows
    return rows / spent


def _per_block_s(warehouse: Warehouse, *, first: int, blocks: int = 5) -> float:
    """Seconds that one block takes on top of what is there; the median."""
    took = []
    for n in range(blocks):
        rows = calls(BLOCK_ROWS, first + n * BLOCK_ROWS).select(list(LAKE_COLUMNS))
        block = CallBlock.of(10_000 + first + n, 0, rows.append_column("lake_file", pa.repeat("f", BLOCK_ROWS)))
        began = time.perf_counter()
        insert_block(warehouse, "raw_llm_calls", block)
        took.append(time.perf_counter() - began)
    return sorted(took)[blocks // 2]


def _fill(own: Settings, *, first: int, until: int) -> None:
    """Grow the table; a connection each, for making rows takes longer than the server keeps an idle one."""
    for start in range(first, until, 500_000):
        count = min(500_000, until - start)
        rows = calls(count, start).select(list(LAKE_COLUMNS)).append_column("lake_file", pa.repeat("f", count))
        with open_warehouse(own) as warehouse:
            warehouse.insert("llm_calls", CallBlock.of(1, start, rows).rows)


def _states(own: Settings, total: int) -> list[Figure]:
    until = (START + timedelta(milliseconds=40 * total)).replace(minute=0, second=0, microsecond=0)
    with Analytics(own) as analytics:
        analytics.latency_by_hour_raw(START, until)  # warm
        began = time.perf_counter()
        raw = analytics.latency_by_hour_raw(START, until)
        raw_s = time.perf_counter() - began
        analytics.provider_performance_by_hour(START, until)
        began = time.perf_counter()
        states = analytics.provider_performance_by_hour(START, until)
        states_s = time.perf_counter() - began
    joined = raw.join(states, on=["provider", "hour"], suffix="_state")
    worst = max(float((joined[f"{p}_state"] / joined[p] - 1).abs().max()) for p in (*PERCENTILES, "p90_ms"))  # type: ignore[arg-type]
    return [
        Figure(
            "p50/90/95/99 per provider-hour from states",
            1 / states_s,
            "queries/s",
            anchor="exact raw query",
            anchor_value=1 / raw_s,
            reach=30.0,
            note=f"{total:,} rows, {joined.height} provider-hours",
        ),
        Figure("its largest error", worst * 100, "%", reach=0.5, lower_is_better=True),
    ]


def run(settings: Settings, *, large: bool) -> list[Figure]:
    """Load, compare with bare inserts, grow the table, ask."""
    total, grown = (2_000_000, 10_000_000) if large else (500_000, 1_000_000)
    name = f"bench_{uuid4().hex[:8]}"
    own = settings.model_copy(
        update={
            "object_store": settings.object_store.model_copy(update={"url": f"{settings.object_store.url}/{name}"}),
            "clickhouse": settings.clickhouse.model_copy(update={"database": name}),
        }
    )
    create_table(own.object_store, RAW_LLM_CALLS)
    table = AppendTable(own.object_store, RAW_LLM_CALLS)
    for first in range(0, total, BLOCK_ROWS):
        table.append(calls(BLOCK_ROWS, first), moves={"benchmark": (first, first + BLOCK_ROWS)})
    apply(own)
    changes = Changes(own.object_store, "raw_llm_calls", columns=list(LAKE_COLUMNS))
    with open_warehouse(own) as warehouse:
        versions = range(1, changes.latest() + 1)
        _bare(warehouse, changes, versions)  # warm
        _empty(warehouse)
        bare = _bare(warehouse, changes, versions)
        _empty(warehouse)
        began = time.perf_counter()
        loaded = load_available(own)
        loader = loaded / (time.perf_counter() - began)
        _empty(warehouse)
        _fill(own, first=0, until=BLOCK_ROWS)
        small_s = _per_block_s(warehouse, first=BLOCK_ROWS)
        _fill(own, first=6 * BLOCK_ROWS, until=grown)
    with open_warehouse(own) as warehouse:
        grown_s = _per_block_s(warehouse, first=grown)
    return [
        Figure(
            "lake to ClickHouse, deduplicated, with views",
            loader,
            "rows/s",
            anchor="insert_arrow of the same rows, 100k a call",
            anchor_value=bare,
            reach=0.5,
        ),
        Figure(
            f"one block of 100k at {grown:,} rows",
            grown_s,
            "s",
            anchor="at 100k rows",
            anchor_value=small_s,
            reach=1.25,
            lower_is_better=True,
        ),
        *_states(own, grown + 5 * BLOCK_ROWS),
    ]
