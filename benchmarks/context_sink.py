"""The context sink beside a plain pipelined insert of the same messages into a table of the same columns.

The sink does more: sequences without gaps, segments, sessions and its offset, in the same transaction.
"""

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure
from workbench.database import migrations
from workbench.database.connection import connect
from workbench.database.ledger import ContextLedger
from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.context_ingest import context_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, Positions, TopicPartition

BATCH = 1_000
CONVERSATIONS_AT_ONCE = 300
PARTITION = TopicPartition(CONVERSATIONS, 0)
START = datetime(2026, 1, 1, tzinfo=UTC)
TABLE = """
CREATE TABLE IF NOT EXISTS bench_messages (
  event_id text PRIMARY KEY, tenant_id text, conversation_id text, session_id text, user_id text,
  occurred_at timestamptz, ingested_at timestamptz, role text, text text)
"""
INSERT = "INSERT INTO bench_messages VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"


def deliveries(count: int) -> list[Delivery]:
    found = []
    for number in range(count):
        conversation = f"conversation-{number % CONVERSATIONS_AT_ONCE}"
        at = START + timedelta(seconds=number)
        event = make_event(
            "message.added",
            Message(role="user" if number % 2 else "assistant", text=f"Message {number} about Kafka and its lag. " * 3),
            event_id=event_id_of("bench context", str(number).encode()),
            occurred_at=at,
            conversation_id=conversation,
            session_id=f"session of {conversation}",
            user_id="bench",
        )
        event = stamped(event, at)
        payload = Message(role="user", text=f"Message {number} about Kafka and its lag. " * 3)
        found.append(Delivery(event, payload, PARTITION, number, encode_event(event)))
    return found


def sink_rate(settings: Settings, events: Sequence[Delivery]) -> float:
    sink = context_sink(settings)
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
        connection.execute("TRUNCATE bench_messages")
        connection.commit()
        started = time.perf_counter()
        for at in range(0, len(events), BATCH):
            rows = [
                (one.event.event_id, one.event.tenant_id, one.event.conversation_id, one.event.session_id,
                 one.event.user_id, one.event.occurred_at, one.event.ingested_at, one.payload.role, one.payload.text)
                for one in events[at : at + BATCH] if isinstance(one.payload, Message)
            ]  # fmt: skip
            with connection.cursor() as cursor:
                cursor.executemany(INSERT, rows)
            connection.commit()
        seconds = time.perf_counter() - started
        connection.execute("DROP TABLE bench_messages")
        connection.commit()
    return len(events) / seconds


def run(settings: Settings, *, large: bool) -> list[Figure]:
    migrations.apply(settings)
    events = deliveries(100_000 if large else 20_000)
    ours, plain = [], []
    for _ in range(3):
        with ContextLedger(settings) as ledger:
            ledger.clear()
        plain.append(plain_rate(settings, events))
        ours.append(sink_rate(settings, events))
    with ContextLedger(settings) as ledger:
        ledger.clear()
    anchor = "pipelined inserts of 1,000 a commit"
    return [Figure("context sink", statistics.median(ours), "events/s", anchor, statistics.median(plain))]
