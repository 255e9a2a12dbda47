import statistics
from datetime import UTC, datetime, timedelta

from workbench.events.codec import decode_payload
from workbench.events.payloads import LlmCall
from workbench.sources.traffic import synthetic_calls

UNTIL = datetime(2026, 1, 31, tzinfo=UTC)


def calls(count: int, seed: int = 7) -> list[LlmCall]:
    found = [decode_payload(event) for event in synthetic_calls(count, seed=seed, until=UNTIL)]
    return [one for one in found if isinstance(one, LlmCall)]


def test_the_same_seed_gives_the_same_events_and_another_one_others() -> None:
    ids = [{event.event_id for event in synthetic_calls(50, seed=seed, until=UNTIL)} for seed in (7, 7, 8)]
    assert ids[0] == ids[1]
    assert not ids[0] & ids[2]


def test_every_call_is_marked_synthetic_and_lies_in_the_window_in_order() -> None:
    found = calls(500)
    assert {call.source for call in found} == {"synthetic"}
    times = [call.started_at for call in found]
    assert times == sorted(times)
    assert UNTIL - timedelta(hours=24) <= times[0] <= times[-1] < UNTIL


def test_a_failed_call_has_neither_latency_nor_cost() -> None:
    failed = [call for call in calls(5000) if call.status != "ok"]
    # 1.2 % of 5,000 are 60; three standard deviations are 23
    assert 37 <= len(failed) <= 83
    assert {(call.latency_ms, call.ttft_ms, call.cost_usd) for call in failed} == {(None, None, None)}


def test_first_tokens_come_as_fast_as_the_source_measured() -> None:
    ttft = [call.ttft_ms for call in calls(20_000) if call.provider == "groq" and call.ttft_ms is not None]
    # about 1,650 draws around a median of 222 ms with deviation 0.19: standard error of the median 0.6 %
    assert abs(statistics.median(ttft) / 222 - 1) < 0.03
