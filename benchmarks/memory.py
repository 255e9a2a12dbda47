"""A node's replica taking in memory events, beside plain inserts of the same events; one write, one resumption.

The replica does more: it merges each event into its memory, keeps clocks, and moves its offset in the same transaction.
"""

import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.context_sink import deliveries as messages
from benchmarks.figures import Figure
from workbench.context.sessions import SessionKey
from workbench.database import migrations
from workbench.database.connection import connect
from workbench.database.memory_ledger import MemoryLedger
from workbench.database.pool import open_pool
from workbench.events.codec import encode_event, make_event
from workbench.events.payloads import MemoryUpdate
from workbench.events.topics import MEMORY_EVENTS
from workbench.memory.clocks import Dot
from workbench.memory.writing import Wish, event_id_of_dot
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.memory_ingest import memory_sink
from workbench.pipelines.memory_node import node_id
from workbench.pipelines.memory_store import MemoryStore
from workbench.pipelines.sessions import SessionStore
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

BATCH = 1_000
MEMORIES = 500
PARTITION = TopicPartition(MEMORY_EVENTS, 0)
START = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = """
CREATE TABLE IF NOT EXISTS bench_memories (
  event_id text PRIMARY KEY, user_id text, memory_id text, content text, updated_at timestamptz, body text)
"""
INSERT = "INSERT INTO bench_memories VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"


def deliveries(count: int) -> list[Delivery]:
    found = []
    for number in range(count):
        dot, at = Dot("node-bench", number + 1), START + timedelta(seconds=number)
        payload = MemoryUpdate(
            memory_id=f"memory-{number % MEMORIES}",
            node_id=dot.node_id,
            content=f"What is remembered the {number}th time. " * 3,
            vector_clock={dot.node_id: dot.counter},
            updated_at=at,
            tags_added={f"{dot.node_id}:{dot.counter}:0": f"tag {number % 7}"} if number < MEMORIES else None,
        )
        event = make_event(
            "memory.created" if number < MEMORIES else "memory.updated",
            payload,
            event_id=event_id_of_dot("default", dot),
            occurred_at=at,
            conversation_id="memory:node-bench",
            session_id="s",
            user_id=f"user-{number % MEMORIES % 20}",
        )
        found.append(Delivery(event, payload, PARTITION, number, encode_event(event)))
    return found


def replica_rate(settings: Settings, outbox: Outbox, events: Sequence[Delivery]) -> float:
    with MemoryLedger(settings, node_id(settings)) as ledger:
        ledger.clear()
    sink = memory_sink(settings, outbox)
    claim = sink.claim({PARTITION: "bench"})[PARTITION]
    offset = claim.next_offset
    started = time.perf_counter()
    for at in range(0, len(events), BATCH):
        batch = events[at : at + BATCH]
        sink.write(Batch(batch, {PARTITION: Positions(offset, offset + len(batch), claim.epoch)}))
        offset += len(batch)
    seconds = time.perf_counter() - started
    sink.close()
    return len(events) / seconds


def plain_rate(settings: Settings, events: Sequence[Delivery]) -> float:
    with connect(settings.postgresql) as connection:
        connection.execute(TABLE)
        connection.execute("TRUNCATE bench_memories")
        connection.commit()
        started = time.perf_counter()
        for at in range(0, len(events), BATCH):
            rows = [
                (one.event.event_id, one.event.user_id, one.payload.memory_id, one.payload.content,
                 one.payload.updated_at, one.value.decode())
                for one in events[at : at + BATCH] if isinstance(one.payload, MemoryUpdate)
            ]  # fmt: skip
            with connection.cursor() as cursor:
                cursor.executemany(INSERT, rows)
            connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE bench_memories")
        connection.commit()
    return len(events) / seconds


def median_ms(times: int, call: Callable[[int], object]) -> float:
    spent = []
    for number in range(times):
        started = time.perf_counter()
        call(number)
        spent.append(1000 * (time.perf_counter() - started))
    return statistics.median(spent)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    migrations.apply(settings)
    events = deliveries(50_000 if large else 10_000)
    ours, plain = [], []
    with tempfile.TemporaryDirectory() as folder, open_pool(settings) as pool:
        outbox = Outbox(Path(folder) / "outbox.sqlite")  # what a benchmark writes is nobody's
        for _ in range(3):
            plain.append(plain_rate(settings, events))
            ours.append(replica_rate(settings, outbox, events))
        store = MemoryStore(settings, pool, outbox)
        write_ms = median_ms(200, lambda number: store.add("bench", f"u{number % 10}", wish=Wish(f"memory {number}")))
        list_ms = median_ms(50, lambda number: store.list("default", f"user-{number % 20}"))
        sink = context_sink(settings)
        sink.write(Batch(messages(3_000)))
        sink.close()
        sessions = SessionStore(settings, pool, outbox)
        key = SessionKey("default", "bench", "session of conversation-7")
        sessions.put(key, state={"step": 1})
        resume_ms = median_ms(100, lambda _: sessions.resume(key))
        outbox.close()
    with MemoryLedger(settings, node_id(settings)) as ledger:
        ledger.clear()
    anchor = "pipelined inserts of 1,000 a commit"
    return [
        Figure("memory replica", statistics.median(ours), "events/s", anchor, statistics.median(plain)),
        Figure("one memory written, outbox and replica", write_ms, "ms"),
        Figure("a user's memories listed (25)", list_ms, "ms"),
        Figure("a session resumed", resume_ms, "ms"),
    ]
