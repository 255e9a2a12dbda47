"""Lake to ClickHouse, once each: repeats, crashes, frozen loaders, rebuilds. On real servers."""

import os
import random
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.lake_batches import write_calls
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from tests.unit.lake.recorded import START, call, event_id
from workbench.clock import monotonic_s
from workbench.events.tally import Tally
from workbench.lake.ledger import LakeLedger
from workbench.lake.maintenance import compact
from workbench.pipelines.warehouse_feeds import pending_ids
from workbench.pipelines.warehouse_load import load_available, run_loader
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.warehouse.analytics import Analytics
from workbench.warehouse.client import open_warehouse
from workbench.warehouse.ledger import WarehouseLedger

pytestmark = [pytest.mark.s3, pytest.mark.clickhouse]

SINCE, UNTIL = START.replace(hour=0), START.replace(hour=0) + timedelta(days=1)
CALL = "llm.call.completed"


def short_lease(settings: Settings) -> Settings:
    return settings.model_copy(update={"kafka": settings.kafka.model_copy(update={"session_timeout_ms": 1_000})})


def totals(settings: Settings) -> tuple[dict[str, Tally], list[tuple[object, ...]], list[tuple[object, ...]], str]:
    with WarehouseLedger(settings) as ledger, Analytics(settings) as analytics:
        return (
            ledger.tallies(),
            analytics.token_usage_by_provider_hour(SINCE, UNTIL).rows(),
            analytics.provider_performance_from_states(SINCE, UNTIL).rows(),
            ledger.content_hash(),
        )


def child(settings: Settings, place: str) -> subprocess.Popen[str]:
    """A load in a process of its own, waited for until it is at the place."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.loader_child", str(settings.home), place],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process.stdout as said:
        assert said.readline() == "at the place\n"
    return process


def test_every_batch_delivered_three_times_gives_the_same_totals(fresh: Settings) -> None:
    groups = [[call(n, provider="ab"[n % 2]) for n in range(first, first + 50)] for first in (0, 50)]
    write_calls(fresh, *groups)
    load_available(fresh)
    once = totals(fresh)
    assert once[0] == {CALL: Tally.of(event_id(n) for n in range(100))}
    assert sum(row[3] for row in once[1]) == 1000  # 100 calls of 10 input tokens
    write_calls(fresh, groups[1], groups[0], [*groups[0], *groups[1]])
    assert len(list(pending_ids(fresh, CALL))) == 0  # in the lake again, but there already
    load_available(fresh)
    assert totals(fresh) == once


def test_a_kill_between_insert_and_progress_brings_nothing_twice(fresh: Settings) -> None:
    write_calls(fresh, [call(n) for n in range(30)])
    killed = child(fresh, "kill-before-progress")
    assert killed.wait(30) == -signal.SIGKILL
    with open_warehouse(fresh) as warehouse:
        assert warehouse.frame("call_span")["calls"].to_list() == [30]  # inserted
    started = monotonic_s()
    load_available(fresh)  # takes the dead process's lease at once
    assert monotonic_s() - started < 8
    found = totals(fresh)
    assert found[0] == {CALL: Tally.of(event_id(n) for n in range(30))}
    assert [row[1] for row in found[2]] == [30]


def test_a_loader_frozen_past_its_lease_and_thawed_brings_nothing_twice(fresh: Settings, tmp_path: Path) -> None:
    settings = short_lease(fresh)
    write_calls(settings, [call(n) for n in range(30)])
    frozen = child(fresh, "freeze-before-insert")  # with the term of ten seconds
    try:
        write_calls(settings, [call(n) for n in range(30, 60)])
        load_available(settings)  # waits a term of one second, then takes over
        taken_over = totals(settings)
        os.kill(frozen.pid, signal.SIGCONT)
        frozen.wait(60)
    finally:
        frozen.kill()
        frozen.wait()
    assert totals(settings) == taken_over
    assert taken_over[0] == {CALL: Tally.of(event_id(n) for n in range(60))}
    assert list(pending_ids(settings, CALL)) == []
    write_calls(settings, [call(60)])
    load_available(settings)
    assert totals(settings)[0][CALL].count == 61


def test_a_crash_between_the_table_and_its_view_is_healed_by_the_next_try(fresh: Settings) -> None:
    from workbench.queries import load_query

    write_calls(fresh, [call(n) for n in range(10)])
    with WarehouseLedger(fresh) as ledger, open_warehouse(fresh) as warehouse:
        warehouse._client.command("DROP VIEW llm_calls_by_hour_mv")  # the server died before it fed the view
        killed = child(fresh, "kill-before-progress")
        assert killed.wait(30) == -signal.SIGKILL
        assert ledger.tallies()[CALL].count == 10
        warehouse._client.command(load_query("warehouse", "schema/003_llm_calls_by_hour_mv").text)
    load_available(fresh)
    found = totals(fresh)
    assert found[0][CALL].count == 10
    assert [row[1] for row in found[2]] == [10]


def test_a_compaction_brings_no_rows_and_loading_goes_on_after_it(fresh: Settings) -> None:
    write_calls(fresh, [call(0)], [call(1)])
    compact(fresh)
    write_calls(fresh, [call(2)])
    assert load_available(fresh) == 3
    assert totals(fresh)[0][CALL].count == 3


def test_another_event_of_a_known_call_is_accounted_for_and_counted_once(fresh: Settings) -> None:
    write_calls(fresh, [call(1)], [call(7, call_id="call-1", source="import")])
    load_available(fresh)
    with WarehouseLedger(fresh) as ledger, open_warehouse(fresh) as warehouse:
        assert ledger.tallies() == {CALL: Tally.of([event_id(1), event_id(7)])}
        assert warehouse.frame("call_span")["calls"].sum() == 1
        assert sorted(ledger.stored_ids(CALL)) == sorted([event_id(1), event_id(7)])


def test_a_time_that_clickhouse_cannot_hold_becomes_a_dead_letter_and_the_rest_arrives(fresh: Settings) -> None:
    write_calls(fresh, [call(0), call(1, started_at=datetime(3000, 1, 1, tzinfo=UTC)), call(2)])
    load_available(fresh)
    assert totals(fresh)[0] == {CALL: Tally.of([event_id(0), event_id(2)])}
    outbox = Outbox(fresh.outbox_path)
    try:
        letters = list(outbox.dead_letters(status="unresolved"))
        assert [(one.hop, one.event_id) for one in letters] == [("warehouse", event_id(1))]
        assert event_id(1).encode() in letters[0].original
    finally:
        outbox.close()


def test_the_loader_waits_for_clickhouse_and_stops_when_told(fresh: Settings, servers: Servers) -> None:
    write_calls(fresh, [call(n) for n in range(10)])
    stop = threading.Event()
    loader = threading.Thread(target=run_loader, args=(fresh,), kwargs={"stop": stop})
    with servers.gone("clickhouse"):
        loader.start()
    try:
        eventually(lambda: list(pending_ids(fresh, CALL)) == [], "everything is loaded")
        write_calls(fresh, [call(10)])
        eventually(lambda: totals(fresh)[0][CALL].count == 11, "the new call is loaded")
        with WarehouseLedger(fresh) as ledger:
            ledger.clear()  # under the running loader, which is fenced and starts anew
        eventually(lambda: totals(fresh)[0].get(CALL, Tally()).count == 11, "the loader loads again from the start")
    finally:
        stop.set()
        loader.join(30)
    assert not loader.is_alive()
    assert [row[1] for row in totals(fresh)[2]] == [11]


def test_a_log_of_many_years_is_one_block(fresh: Settings) -> None:
    write_calls(fresh, [call(n, started_at=START - timedelta(days=31 * n)) for n in range(150)])
    load_available(fresh)
    assert totals(fresh)[0][CALL].count == 150


def test_a_rebuild_from_the_lake_gives_the_same_content(fresh: Settings) -> None:
    write_calls(fresh, [call(n) for n in range(20)], [call(n) for n in range(10, 30)])
    load_available(fresh)
    before = totals(fresh)
    with WarehouseLedger(fresh) as ledger:
        ledger.clear()
        assert ledger.tallies() == {}
    assert len(list(pending_ids(fresh, CALL))) == 30
    load_available(fresh)
    assert totals(fresh) == before
    with LakeLedger(fresh) as lake:
        assert lake.tallies() == before[0]


def test_percentiles_from_states_are_within_half_a_percent_of_the_exact_ones(fresh: Settings) -> None:
    chance = random.Random(7)
    write_calls(fresh, [call(n, latency_ms=chance.lognormvariate(6, 0.8)) for n in range(3_000)])
    load_available(fresh)
    with Analytics(fresh) as analytics:
        exact = analytics.provider_performance(SINCE, UNTIL)
        states = analytics.provider_performance_from_states(SINCE, UNTIL)
    for name in ("p50_ms", "p95_ms", "p99_ms"):
        assert states[name].item() == pytest.approx(exact[name].item(), rel=0.005)
    counts = ["provider", "calls", "failed_calls", "latency_calls"]
    assert states.select(counts).rows() == exact.select(counts).rows() == [("openai", 3_000, 0, 3_000)]
