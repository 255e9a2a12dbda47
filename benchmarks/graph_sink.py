"""The graph sink beside a plain UNWIND-MERGE of 1,000 that writes the same nodes, spans and both times in one session.

Keys are Zipf over 5,000 entities, then all unique; then one event a commit, the slow way that batches replace.
The sink does more than the anchor: order and repetition change nothing, and its offset moves in the same transaction.
Rounds take turns on an emptied graph and the medians count, so that a warmer server favours neither.

The driver takes about 45 µs to encode a ``datetime``, and each row has two: the anchor as anybody writes it spends half
of its time there. A second anchor sends times as the sink does, as pairs of integers that Neo4j makes times of; it has
no goal, and shows what the sink's other work costs. Neo4j's own work for an event of a new entity is 80-95 µs of CPU
there and 110-130 µs here; the client's is 11 and 35 µs, of which the sink hides more than half behind the server.
"""

import random
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.figures import Figure
from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import event_id_of
from workbench.events.payloads import EntityUpdate, Mention
from workbench.events.topics import ENTITIES
from workbench.graph import constraints
from workbench.graph.driver import open_driver
from workbench.graph.epoch import epoch
from workbench.graph.ledger import GraphLedger
from workbench.graph.limits import recorded_time
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

TIMES = """
UNWIND $rows AS row
WITH row, row.at AS at, row.recorded_at AS recorded_at
"""
PAIRS = """
UNWIND $rows AS row
WITH row, datetime.fromEpoch(row.at[0], row.at[1]) AS at,
     datetime.fromEpoch(row.recorded_at[0], row.recorded_at[1]) AS recorded_at
"""
ANCHOR = """
MERGE (e:Entity {tenant_id: row.tenant_id, entity_id: row.entity_id})
  ON CREATE SET e.name = row.name, e.entity_type = row.entity_type, e.valid_from = at, e.first_seen_at = at,
                e.last_seen_at = at, e.recorded_at = recorded_at
  ON MATCH SET e.last_seen_at = at
SET e:Technology
MERGE (m:Message {message_id: row.message_id})
MERGE (e)-[r:MENTIONED_IN {event_id: row.event_id}]->(m)
  ON CREATE SET r.start = row.start, r.end = row.end, r.text = row.text, r.confidence = row.confidence,
                r.method = row.method, r.valid_from = at, r.recorded_at = recorded_at
"""
ANCHOR_ROWS = 1_000
BATCH = 2_000  # what the worker loop takes a commit
KEYS = 5_000
PARTITION = TopicPartition(ENTITIES, 0)
START = datetime(2026, 1, 1, tzinfo=UTC)


def deliveries(count: int, *, zipf: bool) -> list[Delivery]:
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, KEYS + 1)]
    ranks = chance.choices(range(KEYS), weights, k=count) if zipf else list(range(count))
    found = []
    for number, rank in enumerate(ranks):
        name = f"Technology {rank}"
        mention = Mention(
            message_id=event_id_of("bench message", str(number).encode()),
            start=10,
            end=10 + len(name),
            text=name,
            confidence=0.95,
            method="gazetteer",
        )
        update = EntityUpdate(
            entity_id=f"technology:technology-{rank}:{rank:016x}", entity_type="technology", name=name, mention=mention
        )
        event = make_event(
            "entity.created",
            update,
            event_id=event_id_of("bench", str(number).encode()),
            occurred_at=START + timedelta(milliseconds=number),
            conversation_id=f"c{number % 500}",
            session_id="s",
            user_id="u",
        )
        event = stamped(event, event.occurred_at + timedelta(hours=1))
        found.append(Delivery(event, update, PARTITION, number, encode_event(event)))
    return found


def sink_rate(settings: Settings, events: Sequence[Delivery], batch: int) -> float:
    sink = graph_sink(settings)
    claim = sink.claim({PARTITION: "bench"})[PARTITION]
    started = time.perf_counter()
    for at in range(0, len(events), batch):
        part = events[at : at + batch]
        begin = claim.next_offset + at
        sink.write(Batch(part, {PARTITION: Positions(begin, begin + len(part), claim.epoch)}))
    rate = len(events) / (time.perf_counter() - started)
    sink.close()
    return rate


def anchor_rate(settings: Settings, events: Sequence[Delivery], *, pairs: bool = False) -> float:
    query, time_of = (PAIRS + ANCHOR, epoch) if pairs else (TIMES + ANCHOR, _as_it_is)
    with open_driver(settings) as driver, driver.session(database=settings.neo4j.database) as session:
        started = time.perf_counter()
        for at in range(0, len(events), ANCHOR_ROWS):
            rows = []
            for one in events[at : at + ANCHOR_ROWS]:
                update = one.payload
                assert isinstance(update, EntityUpdate)
                assert update.mention is not None
                found = update.mention
                rows.append(
                    {
                        "tenant_id": one.event.tenant_id,
                        "entity_id": update.entity_id,
                        "name": update.name,
                        "entity_type": update.entity_type,
                        "at": time_of(one.event.occurred_at),
                        "recorded_at": time_of(recorded_time(one.event)),
                        "event_id": one.event.event_id,
                        "message_id": found.message_id,
                        "start": found.start,
                        "end": found.end,
                        "text": found.text,
                        "confidence": found.confidence,
                        "method": found.method,
                    }
                )
            session.execute_write(lambda tx, rows=rows: tx.run(query, rows=rows).consume())
        return len(events) / (time.perf_counter() - started)


def _as_it_is(at: datetime) -> Any:
    return at


def run(settings: Settings, *, large: bool) -> list[Figure]:
    count, rounds = (100_000, 5) if large else (20_000, 3)
    constraints.apply(settings)
    figures = []
    with GraphLedger(settings) as ledger:
        for zipf in (True, False):
            events = deliveries(count, zipf=zipf)
            ours, plain, pairs = [], [], []
            for _ in range(rounds):
                ledger.clear()
                plain.append(anchor_rate(settings, events))
                ledger.clear()
                pairs.append(anchor_rate(settings, events, pairs=True))
                ledger.clear()
                ours.append(sink_rate(settings, events, BATCH))
            keys = f"Zipf over {KEYS:,}" if zipf else "all unique"
            figures.append(
                Figure(
                    f"graph sink, {keys}",
                    statistics.median(ours),
                    "events/s",
                    f"UNWIND-MERGE of {ANCHOR_ROWS:,}",
                    statistics.median(plain),
                    1.0,
                )
            )
            figures.append(
                Figure(
                    f"graph sink, {keys}, times apart",
                    statistics.median(ours),
                    "events/s",
                    "the same with times as pairs of integers",
                    statistics.median(pairs),
                )
            )
            if zipf:
                ledger.clear()
                single = sink_rate(settings, events[: count // 20], 1)
                rate = statistics.median(ours)
                figures.append(Figure("graph sink in batches", rate, "events/s", "one event a commit", single, 20.0))
        ledger.clear()
    return figures
