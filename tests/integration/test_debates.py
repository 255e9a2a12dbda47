"""Debates through the lake into ClickHouse: each once, rebuilt the same, asked for over HTTP."""

from collections.abc import Sequence

import pytest

from tests.integration.api_service import running_service
from tests.integration.lake_batches import write_calls
from tests.unit.lake.recorded import START, batch, call, delivery, event, event_id
from workbench.events.envelope import Event
from workbench.events.payloads import DebateCompleted, DebateTurn
from workbench.events.tally import Tally
from workbench.events.topics import DEBATES_COMPLETED
from workbench.lake.ledger import LakeLedger
from workbench.pipelines.lake_ingest import LakeSink
from workbench.pipelines.warehouse_feeds import pending_ids
from workbench.pipelines.warehouse_load import load_available
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.sink import TopicPartition
from workbench.warehouse.analytics import Analytics
from workbench.warehouse.ledger import DEBATE, WarehouseLedger

pytestmark = [pytest.mark.s3, pytest.mark.clickhouse]

DEBATES = TopicPartition(DEBATES_COMPLETED, 0)


def debate(number: int, **fields: object) -> Event:
    turns = [
        DebateTurn(
            round=r,
            position=p,
            provider=name,
            model=f"{name}-m",
            response_time_ms=100.0 * p,
            tokens_used=20,
            confidence=0.5,
            won=p == 2,
            call_id=f"k{number}-{r}-{p}",
        )
        for r in (1, 2)
        for p, name in ((1, "alpha"), (2, "beta"))
    ]
    turns.append(DebateTurn(round=1, position=3, provider="gamma", model="gamma-m", error="timeout", source="replay"))
    payload = DebateCompleted(
        **{
            "debate_id": f"debate-{number}",
            "topic": "What colour?",
            "rounds": 2,
            "winner": "beta/beta-m",
            "winner_provider": "beta",
            "winner_model": "beta-m",
            "confidence": 0.75,
            "participants": ["alpha/alpha-m", "beta/beta-m", "gamma/gamma-m"],
            "started_at": START,
            "turns": turns,
            **fields,
        }  # type: ignore[arg-type]
    )
    return event("debate.completed", payload, number)


def write_debates(settings: Settings, *groups: Sequence[Event]) -> None:
    """Each group of events is one batch of the lake worker, after what is there."""
    sink = LakeSink(settings)
    try:
        at = sink.claim({DEBATES: "k"})[DEBATES].next_offset
        for events in groups:
            sink.write(batch([delivery(one, at + n) for n, one in enumerate(events)], at))
            at += len(events)
    finally:
        sink.close()


def test_debates_arrive_once_however_often_they_were_delivered(fresh: Settings) -> None:
    groups = [[debate(n) for n in range(first, first + 10)] for first in (0, 10)]
    write_debates(fresh, *groups)
    assert list(pending_ids(fresh, DEBATE)) == sorted(event_id(n) for n in range(20))
    load_available(fresh)
    assert list(pending_ids(fresh, DEBATE)) == []
    write_debates(fresh, groups[1], [*groups[0], *groups[1]])
    load_available(fresh)
    with WarehouseLedger(fresh) as ledger, Analytics(fresh) as analytics:
        assert ledger.tallies() == {DEBATE: Tally.of(event_id(n) for n in range(20))}
        assert list(ledger.stored_ids(DEBATE)) == sorted(event_id(n) for n in range(20))
        rows = analytics.debate_turns("default", "debate-3")
        assert rows["position"].to_list() == [1, 2, 3, 1, 2]
        assert rows["response_time_ms"].to_list() == [100.0, 200.0, None, 100.0, 200.0]
        assert rows["was_winner"].to_list() == [0, 1, 0, 0, 1]
        assert analytics.debate_turns("other", "debate-3").is_empty()


def test_the_warehouse_is_rebuilt_from_the_lake_with_its_debates(fresh: Settings) -> None:
    write_calls(fresh, [call(n) for n in range(100, 120)])
    write_debates(fresh, [debate(n) for n in range(10)])
    load_available(fresh)
    outbox = Outbox(fresh.outbox_path)  # what reconciliation compares with
    with LakeLedger(fresh) as lake, WarehouseLedger(fresh) as ledger:
        assert {name: tally.count for name, tally in lake.tallies().items()} == {"llm.call.completed": 20, DEBATE: 10}
        before = ledger.content_hash()
        ledger.clear()
        assert ledger.content_hash() != before
    load_available(fresh)
    with WarehouseLedger(fresh) as ledger:
        assert ledger.content_hash() == before
        assert {name: tally.count for name, tally in ledger.tallies().items()} == {"llm.call.completed": 20, DEBATE: 10}
    outbox.close()


def test_a_debate_that_says_nothing_of_its_rounds_is_accounted_for(fresh: Settings) -> None:
    bare = [debate(1, turns=[]), debate(2, turns=[], participants=[], winner=None, winner_provider=None)]
    write_debates(fresh, bare)
    load_available(fresh)
    with WarehouseLedger(fresh) as ledger, Analytics(fresh) as analytics:
        assert ledger.tallies()[DEBATE].count == 2
        assert analytics.debate_turns("default", "debate-1")["was_winner"].to_list() == [0, 1, 0]
        assert analytics.debate_turns("default", "debate-2")["provider"].to_list() == [""]


def test_a_debate_is_answered_in_helixagents_shape_to_its_own_tenant(fresh: Settings) -> None:
    write_debates(fresh, [debate(1)])
    load_available(fresh)
    off = {f"BIGDATA_ENABLE_{name}": "false" for name in ("KNOWLEDGE_GRAPH", "INFINITE_CONTEXT", "DISTRIBUTED_MEMORY")}
    with running_service(fresh.home, stack=True, **off) as service:
        body = service.client.get("/v1/analytics/debate/debate-1").json()
        assert body["participants"] == ["alpha/alpha-m", "beta/beta-m", "gamma/gamma-m"]
        assert (body["rounds"], body["winner"], body["confidence"]) == (2, "beta", 0.75)
        assert (body["avg_response_time"], body["total_tokens"], body["errors"]) == (150.0, 80, 1)
        assert [one["source"] for one in body["turns"] if one["error"]] == ["replay"]
        missing = service.client.get("/v1/analytics/debate/nobody's")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "debate_not_found")
        refused = service.client.get("/v1/analytics/debate/debate-1", headers={"authorization": "Bearer wrong"})
        assert refused.status_code == 401
    with running_service(fresh.home, stack=True, WORKBENCH_API_TENANT="other", **off) as service:
        assert service.client.get("/v1/analytics/debate/debate-1").status_code == 404
    with running_service(fresh.home, stack=True, BIGDATA_ENABLE_ANALYTICS="false", **off) as service:
        assert service.client.get("/v1/analytics/debate/debate-1").status_code == 503
