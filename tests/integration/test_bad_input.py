"""Bad, huge, hostile, late and double input through every hop: each has its place, and stops nothing else."""

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import LlmCall, Message, RawBody
from workbench.events.topics import CONVERSATIONS, LLM_RESPONSES
from workbench.pipelines.prepare import prepare
from workbench.pipelines.publish import open_publisher
from workbench.pipelines.reconcile import Reconciliation
from workbench.pipelines.settle import wait_settled
from workbench.pipelines.workers import run as run_worker
from workbench.settings import Settings
from workbench.stream.client import KafkaProducer, client_config

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
WORKERS = ("graph", "context", "lake", "warehouse")


def message(name: str, text: str, at: datetime = AT, conversation: str = "c1") -> Event:
    return make_event(
        "message.added",
        Message(role="user", text=text),
        event_id=event_id_of("test", name.encode()),
        occurred_at=at,
        conversation_id=conversation,
        session_id="s",
        user_id="u",
    )


def call(name: str, **more: object) -> Event:
    fields = {"call_id": name, "provider": "groq", "model": "m", "started_at": AT} | more
    return make_event(
        "llm.call.completed",
        LlmCall(**fields),  # type: ignore[arg-type]
        event_id=event_id_of("test", name.encode()),
        occurred_at=AT,
        conversation_id=f"call:{name}",
        session_id="s",
        user_id="u",
    )


@contextmanager
def working(settings: Settings) -> Iterator[None]:
    """All four workers, as threads of this process."""
    stop = threading.Event()
    threads = [threading.Thread(target=run_worker, args=(name, settings), kwargs={"stop": stop}) for name in WORKERS]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def send_raw(settings: Settings, topic: str, values: list[bytes | None]) -> None:
    producer = KafkaProducer(**client_config(settings), acks="all")
    for value in values:
        producer.send(topic, value=value, key=b"c1")
    producer.flush()
    producer.close()


def settled(settings: Settings) -> Reconciliation:
    found = wait_settled(settings, timeout_s=120)
    assert found.settled, found.frame()
    return found


def test_garbage_on_the_topics_becomes_dead_letters_and_the_events_around_it_arrive(fresh: Settings) -> None:
    assert prepare(fresh)
    good = stamped(message("foreign", "never in the outbox"), AT)
    newer = json.loads(encode_event(good)) | {"schema_version": 99}
    unknown = json.loads(encode_event(good)) | {"event_type": "message.exploded"}
    infinite = encode_event(stamped(call("x", latency_ms=5.0), AT)).replace(b'"latency_ms":5.0', b'"latency_ms":1e999')
    bad: list[bytes | None] = [
        b"", None, b"{", b"\xff\xfe\x00", b"[]", b'{"event_id": NaN}',
        json.dumps(newer).encode(), json.dumps(unknown).encode(),
    ]  # fmt: skip
    publisher = open_publisher(fresh)
    with working(fresh):
        publisher.publish([message("before", "We use Kafka.")])
        assert publisher.flush(30)
        send_raw(fresh, CONVERSATIONS, bad)
        send_raw(fresh, LLM_RESPONSES, [infinite, b"\x00"])
        publisher.publish([message("after", "And Neo4j."), call("good", latency_ms=7.0)])
        found = settled(fresh)
    rows = {(row["hop"], row["event_type"]): row for row in found.rows()}
    assert rows["context", "message.added"]["stored"] == 2
    assert rows["warehouse", "llm.call.completed"]["stored"] == 1
    letters = list(publisher.outbox.dead_letters())
    publisher.close()
    # eight bad records, each refused by extraction, graph, context and lake; two more by the lake alone
    assert len([one for one in letters if one.topic == CONVERSATIONS]) == 8 * 4
    assert len([one for one in letters if one.topic == LLM_RESPONSES]) == 2
    assert {one.original for one in letters} == {value or b"" for value in bad} | {infinite, b"\x00"}
    reasons = " ".join(one.reason for one in letters)
    assert "schema version 99" in reasons
    assert "unknown event type 'message.exploded'" in reasons


def test_huge_and_hostile_content_is_kept_whole(fresh: Settings) -> None:
    assert prepare(fresh)
    huge = "Kafka streams to Neo4j. " * 220_000  # 5.28 MB
    hostile = "Robert'); DROP TABLE conversation_events;-- ${jndi:ldap://x} MATCH (n) DETACH DELETE n \u202e <script>"
    body = RawBody.of(bytes(range(256)) * 4096)  # 1 MiB, no UTF-8
    publisher = open_publisher(fresh)
    with working(fresh):
        publisher.publish(
            [
                message("huge", huge, conversation="big"),
                message("hostile", hostile),
                message("nul", "before\x00after"),
                message("emoji", "👩‍💻 \U0010ffff é"),
                message("empty", ""),
                call("raw", request=body, response=RawBody.of(b"\xff")),
            ]
        )
        found = settled(fresh)
    publisher.close()
    assert all(row["stored"] + row["dead"] == row["produced"] for row in found.rows())
    rows = {(row["hop"], row["event_type"]): row for row in found.rows()}
    for hop in ("extraction", "lake", "context"):
        assert (rows[hop, "message.added"]["stored"], rows[hop, "message.added"]["dead"]) == (5, 0)
    assert rows["graph", "message.added"]["stored"] == 5

    from workbench.lake.scan import LakeScan

    with LakeScan(fresh) as scan:
        kept = scan.frame("raw_payload", call_id="raw").row(0, named=True)
    assert bytes(kept["request"]) == body.content()


def test_late_out_of_order_and_repeated_events_count_once(fresh: Settings) -> None:
    assert prepare(fresh)
    events = [
        message(f"m{n}", f"Message {n} about Kafka and ClickHouse.", AT - timedelta(days=n % 30)) for n in range(200)
    ]
    publisher = open_publisher(fresh)
    draw = random.Random(4)
    with working(fresh):
        for _ in range(3):
            draw.shuffle(events)
            publisher.publish(events)
        assert publisher.flush(30)
        # and once more behind the outbox's back, as a relay does that was killed before its mark
        send_raw(fresh, CONVERSATIONS, [encode_event(stamped(event, AT)) for event in events[:50]])
        found = settled(fresh)
    publisher.close()
    rows = {(row["hop"], row["event_type"]): row for row in found.rows()}
    for hop in ("extraction", "graph", "context", "lake"):
        assert rows[hop, "message.added"]["stored"] == 200
