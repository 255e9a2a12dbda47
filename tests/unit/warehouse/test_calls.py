from datetime import UTC, datetime, timedelta

import pyarrow as pa

from workbench.warehouse.calls import EARLIEST, LATEST, MARGIN, CallBlock, out_of_range, part, time_range

START = datetime(2026, 3, 1, tzinfo=UTC)
INSTANT = pa.timestamp("us", tz="UTC")


def rows(*pairs: tuple[str, str]) -> pa.Table:
    return pa.table({"call_id": [call for call, _ in pairs], "event_id": [event for _, event in pairs]})


def at(*times: datetime) -> pa.Table:
    return pa.table({"started_at": pa.array(times, INSTANT), "occurred_at": pa.array([START] * len(times), INSTANT)})


def test_a_block_of_new_calls_is_taken_whole() -> None:
    parted = part(rows(("c1", "e1"), ("c2", "e2")), {})
    assert (parted.calls.num_rows, parted.repeats.num_rows) == (2, 0)


def test_the_same_event_again_is_dropped_and_another_event_of_the_call_is_kept_apart() -> None:
    block = rows(("c1", "e1"), ("c1", "e1"), ("c1", "e9"), ("c2", "e2"), ("c3", "e3"))
    parted = part(block, {"c2": {"e2"}, "c3": {"e0"}})
    assert parted.calls["event_id"].to_pylist() == ["e1"]
    assert parted.repeats["event_id"].to_pylist() == ["e9", "e3"]


def test_parting_does_not_change_what_it_was_given() -> None:
    loaded = {"c1": {"e1"}}
    part(rows(("c1", "e2")), loaded)
    assert loaded == {"c1": {"e1"}}


def test_a_token_says_table_version_and_rows_also_when_some_were_left_out() -> None:
    block = CallBlock.of(7, 100, rows(("c1", "e1"), ("c2", "e2")))
    assert block.token("raw") == "raw:7:100-102"
    assert block.rows["lake_row"].to_pylist() == [100, 101]
    left = block.without(pa.array([True, False]))
    assert (left.token("raw"), left.rows["lake_row"].to_pylist()) == ("raw:7:100-102", [101])


def test_times_that_hours_cannot_hold_are_marked() -> None:
    assert out_of_range(at(EARLIEST, LATEST - timedelta(microseconds=1))) is None
    found = out_of_range(at(EARLIEST - timedelta(microseconds=1), START, LATEST))
    assert found.to_pylist() == [True, False, True]


def test_the_range_to_look_at_has_a_margin_and_stays_within_what_clickhouse_holds() -> None:
    assert time_range(at(START, START + timedelta(hours=1))) == (START - MARGIN, START + timedelta(hours=1) + MARGIN)
    assert time_range(at(EARLIEST)) == (EARLIEST, EARLIEST + MARGIN)
