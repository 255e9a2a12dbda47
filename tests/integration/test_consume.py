"""The worker loop on a real broker: bad records, refusals, outages, rebalances, frozen workers, new topics."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stream_events import message, produce, records, value, worker
from tests.integration.stream_store import FileSink, FileStore
from tests.stack_faults import Servers
from tests.stack_fixtures import settings_in
from tests.stack_waits import eventually
from workbench.errors import StoreError, StoreUnavailableError
from workbench.events.envelope import CLAIM_CHECK_BYTES
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.publish import Publisher
from workbench.pipelines.replay import replay
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.admin import admin_client, create_topics, delete_topics, end_offsets, topic_ids
from workbench.stream.batching import BatchLimits
from workbench.stream.consumer import group_of
from workbench.stream.lag import total_lag
from workbench.stream.progress import read_progress
from workbench.stream.sink import TopicPartition

pytestmark = pytest.mark.kafka

SESSION_TIMEOUT_MS = 2_000


@pytest.fixture
def outbox(fresh: Settings) -> Iterator[Outbox]:
    box = Outbox(fresh.outbox_path)
    yield box
    box.close()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "store.sqlite")


def lag(settings: Settings, store: FileStore) -> int:
    return total_lag(end_offsets(settings, FileSink.topics), store.offsets())


def caught_up(settings: Settings, store: FileStore, *, timeout_s: float = 30.0) -> None:
    eventually(lambda: lag(settings, store) == 0, "the worker has caught up", timeout_s=timeout_s)


def members(settings: Settings) -> int:
    group = f"{settings.kafka.consumer_group}-context"
    with admin_client(settings, "describe a group") as client:
        return len(client.describe_groups([group])[group]["members"])


def group(settings: Settings) -> tuple[list[str], str]:
    """Member ids, which a member that was put out and came back does not keep, and the group's state."""
    name = group_of(settings, "context")
    with admin_client(settings, "describe a group") as client:
        described = client.describe_groups([name])[name]
    return sorted(one["member_id"] for one in described["members"]), described["group_state"]


def altered(number: int, **changes: object) -> bytes:
    return json.dumps({**json.loads(value(number)), **changes}).encode()


def test_bad_records_are_dead_letters_and_stop_nothing(fresh: Settings, outbox: Outbox, store: FileStore) -> None:
    bad: dict[int, bytes | None] = {
        1: b"\xff\xfe not utf-8",
        3: b"{}",
        4: altered(4, schema_version=99),
        6: altered(6, event_type="no.such.type"),
        8: value(8).replace(b'"source_sequence":8', b'"source_sequence":Infinity'),
        9: None,
        11: b"[" * 100_000,
        12: b"x" * 900_000,
        14: altered(14, payload={"role": "nobody", "text": ""}),
    }
    sent = [bad[n] if n in bad else value(n) for n in range(20)]
    produce(fresh, sent)
    with worker(FileSink(store), fresh, outbox):
        caught_up(fresh, store)
    assert store.ids() == [message(n).event_id for n in range(20) if n not in bad]
    letters = {one.offset: one for one in outbox.dead_letters(status="unresolved")}
    assert letters.keys() == bad.keys()
    for offset, original in bad.items():
        assert letters[offset].original == (original or b"")
        assert (letters[offset].topic, letters[offset].partition) == (CONVERSATIONS, 0)
    assert "newer than" in letters[4].reason
    assert letters[14].event_id == message(14).event_id
    # reading everything again finds the same records, and they are the same letters
    again = FileStore(store.path.with_name("again.sqlite"))
    with worker(FileSink(again), fresh, outbox):
        caught_up(fresh, again)
    assert len(list(outbox.dead_letters())) == len(bad)
    assert outbox.produced()["dead_letter.recorded"].count == len(bad)


def test_a_refused_event_is_bisected_out_and_flows_again_when_replayed(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    refused = {5, 6, 400, 999}
    with (
        Publisher(fresh, upload_blob=None, outbox=outbox) as publisher,
        worker(FileSink(store), fresh, outbox),
    ):
        publisher.publish([message(n, "refuse" if n in refused else "fine") for n in range(1000)])
        assert publisher.flush(30)
        caught_up(fresh, store)
        assert sorted(store.ids()) == sorted(message(n).event_id for n in range(1000) if n not in refused)
        assert set(outbox.dead_letters_by("context", "message.added")) == {message(n).event_id for n in refused}

        # replayed too early: refused again at another offset, so a new unresolved letter
        replay(outbox, list(outbox.dead_letters(status="unresolved"))[:1])
        eventually(lambda: len(list(outbox.dead_letters())) == 5, "the replayed one is refused again")
        assert len(list(outbox.dead_letters(status="unresolved"))) == 4

        store.path.with_name("lenient").touch()
        assert len(replay(outbox, list(outbox.dead_letters(status="unresolved"))).sent) == 4
        eventually(lambda: len(store.ids()) == 1000, "all are stored")
    assert len(set(store.ids())) == 1000
    assert list(outbox.dead_letters(status="unresolved")) == []
    assert outbox.produced()["message.added"].count == 1000


def test_a_store_that_is_gone_at_start_and_again_later_is_caught_up_without_leaving_the_group(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    store.gone.touch()
    produce(fresh, [value(n) for n in range(50)])
    with worker(FileSink(store), fresh, outbox):
        eventually(lambda: members(fresh) == 1, "the worker has joined")
        assert store.ids() == []
        store.gone.unlink()
        caught_up(fresh, store)
        store.gone.touch()
        produce(fresh, [value(n) for n in range(50, 90)])
        eventually(lambda: lag(fresh, store) == 40, "lag grows")
        assert members(fresh) == 1
        store.gone.unlink()
        caught_up(fresh, store)
    assert store.ids() == [message(n).event_id for n in range(90)]
    assert list(outbox.dead_letters()) == []


def test_a_store_that_asks_for_pauses_longer_than_the_session_timeout_keeps_the_group_as_it_is(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    settings = settings_in(fresh.home, WORKBENCH_KAFKA_SESSION_TIMEOUT_MS=str(SESSION_TIMEOUT_MS))
    pause_s = 1.5 * SESSION_TIMEOUT_MS / 1000
    produce(settings, [value(n) for n in range(50)])
    sink = FileSink(store)
    with worker(sink, settings, outbox):
        caught_up(settings, store)
        before = group(settings), store.epochs()
        store.pressing.write_text(str(pause_s))
        writes, began = sink.writes, time.monotonic()
        produce(settings, [value(n) for n in range(50, 90)])
        eventually(lambda: sink.writes == writes + 3, "it is tried again after each of two pauses", timeout_s=60)
        assert time.monotonic() - began > 2 * pause_s
        (report,) = read_progress(settings)
        assert (report.state, report.hold_reason, report.lag_events) == ("holding", "the file store presses", 40)
        assert report.batch_events < report.batch_most, "each pause halves the batch"
        store.pressing.unlink()
        caught_up(settings, store)
        assert (group(settings), store.epochs()) == before
        assert before[0][1] == "Stable"
    assert store.ids() == [message(n).event_id for n in range(90)]
    assert read_progress(settings) == [], "a worker that ends takes its report with it"


def test_kafka_killed_under_a_worker_is_waited_for_and_nothing_comes_twice(
    fresh: Settings, outbox: Outbox, store: FileStore, servers: Servers
) -> None:
    produce(fresh, [value(n) for n in range(100)])
    with worker(FileSink(store), fresh, outbox):
        caught_up(fresh, store)
        servers.kill_and_wait("kafka")
        eventually(lambda: produce(fresh, [value(n) for n in range(100, 200)]) is None, "kafka takes records")
        caught_up(fresh, store, timeout_s=60)
    assert set(store.ids()) == {message(n).event_id for n in range(200)}
    assert len(store.ids()) == len(records(fresh)), "each record once"


def test_a_worker_started_before_kafka_begins_when_it_is_there(
    fresh: Settings, outbox: Outbox, store: FileStore, servers: Servers
) -> None:
    produce(fresh, [value(n) for n in range(10)])
    with servers.gone("kafka"):
        running = worker(FileSink(store), fresh, outbox)
        running.__enter__()
    caught_up(fresh, store, timeout_s=60)
    running.__exit__(None, None, None)
    assert store.ids() == [message(n).event_id for n in range(10)]


def test_a_topic_that_is_deleted_and_made_again_is_read_from_its_beginning(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    produce(fresh, [value(n) for n in range(100)])
    with worker(FileSink(store), fresh, outbox):
        caught_up(fresh, store)
        before = topic_ids(fresh, [CONVERSATIONS])
        delete_topics(fresh, [CONVERSATIONS])
        eventually(lambda: not topic_ids(fresh, [CONVERSATIONS]), "the topic is gone")
        create_topics(fresh)
        # more records than before: the old offset would be a valid place in the new topic
        produce(fresh, [value(n) for n in range(1000, 1300)])
        assert topic_ids(fresh, [CONVERSATIONS]) != before
        eventually(
            lambda: set(store.ids()) >= {message(n).event_id for n in range(1000, 1300)}, "the new topic is read whole"
        )
    assert store.offsets()[CONVERSATIONS, 0] == 300


def test_claim_checked_payloads_wait_for_the_object_store_and_damaged_ones_are_dead_letters(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    blobs: dict[str, bytes] = {}
    gone = threading.Event()
    gone.set()

    def fetch(sha256: str) -> bytes:
        if gone.is_set():
            raise StoreUnavailableError("the object store is gone")
        if sha256 not in blobs:
            raise StoreError(f"blob {sha256} is damaged")
        return blobs[sha256]

    def upload(sha256: str, path: Path) -> None:
        if b"damaged" not in path.read_bytes():
            blobs[sha256] = path.read_bytes()

    large = "five megabytes " * (5 * 2**20 // 15)
    damaged = "damaged" + "x" * CLAIM_CHECK_BYTES
    with Publisher(fresh, upload_blob=upload, outbox=outbox) as publisher:
        publisher.publish([message(0), message(7, large), message(14), message(21, damaged), message(28)])
        assert publisher.flush(30)
    with worker(FileSink(store, needs_blobs=True), fresh, outbox, fetch_blob=fetch):
        eventually(lambda: members(fresh) == 1, "the worker has joined")
        gone.clear()
        caught_up(fresh, store)
    assert [row[2][:14] for row in store.rows()] == ["hello", "five megabytes", "hello", "hello"]
    (letter,) = outbox.dead_letters(status="unresolved")
    assert letter.event_id == message(21).event_id


def test_groups_form_and_change_although_polls_are_as_short_as_can_be(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    hasty = BatchLimits(events=5, age_s=0.001)
    produce(fresh, [value(n) for n in range(300)])
    with worker(FileSink(store, worker="a"), fresh, outbox, limits=hasty):
        caught_up(fresh, store)
        with worker(FileSink(store, worker="b"), fresh, outbox, limits=hasty):
            eventually(lambda: members(fresh) == 2, "the second has joined")
            produce(fresh, [value(n) for n in range(300, 600)])
            caught_up(fresh, store)
        produce(fresh, [value(n) for n in range(600, 700)])
        caught_up(fresh, store)
    assert store.ids() == [message(n).event_id for n in range(700)]


def test_a_paused_worker_stays_a_member_and_reads_nothing_until_it_is_resumed(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    paused = threading.Event()
    produce(fresh, [value(n) for n in range(10)])
    with worker(FileSink(store), fresh, outbox, control=paused.is_set):
        caught_up(fresh, store)
        paused.set()
        looks: list[int] = []
        produce(fresh, [value(n) for n in range(10, 20)])
        eventually(lambda: looks.append(lag(fresh, store)) or len(looks) > 20, "a second has passed")  # type: ignore[func-returns-value]
        assert lag(fresh, store) == 10
        assert members(fresh) == 1
        paused.clear()
        caught_up(fresh, store)
    assert store.ids() == [message(n).event_id for n in range(20)]


def test_a_worker_that_ends_has_told_kafka_its_offsets_and_left_the_group(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    produce(fresh, [value(n) for n in range(30)])
    with worker(FileSink(store), fresh, outbox):
        caught_up(fresh, store)
    assert members(fresh) == 0
    group = f"{fresh.kafka.consumer_group}-context"
    with admin_client(fresh, "list offsets") as client:
        committed = client.list_group_offsets([group])[group]
    offsets = {TopicPartition(*place): found.offset for place, found in committed.items()}
    assert offsets[TopicPartition(CONVERSATIONS, 0)] == 30


def start_worker(settings: Settings, store: FileStore, name: str) -> subprocess.Popen[bytes]:
    program = [sys.executable, "-m", "tests.integration.stream_worker"]
    with store.path.with_name(f"{name}.log").open("wb") as log:
        return subprocess.Popen(
            [*program, str(settings.home), str(store.path), name, str(SESSION_TIMEOUT_MS)], stdout=log, stderr=log
        )


def test_workers_frozen_past_the_session_timeout_and_thawed_never_write_twice(
    fresh: Settings, outbox: Outbox, store: FileStore
) -> None:
    names = ["a", "b"]
    children = {name: start_worker(fresh, store, name) for name in names}
    try:
        with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
            produced = 0

            def some_more(writers: set[str]) -> None:
                """Produce until exactly these workers write."""
                nonlocal produced
                start = len(store.ids())

                def step() -> bool:
                    nonlocal produced
                    publisher.publish([message(n) for n in range(produced, produced + 70)])
                    produced += 70
                    return writers <= {row[3] for row in store.rows()[start:]}

                eventually(step, f"{writers} write")

            some_more({"a", "b"})
            for frozen, other in (("a", "b"), ("b", "a"), ("a", "b")):
                os.kill(children[frozen].pid, signal.SIGSTOP)
                start = len(store.ids())
                eventually(lambda: members(fresh) == 1, "the group has noticed")
                publisher.publish([message(n) for n in range(produced, produced + 700)])
                produced += 700
                eventually(lambda: lag(fresh, store) == 0 and publisher.flush(0.1), f"{other} has taken over")
                assert {row[3] for row in store.rows()[start:]} == {other}
                os.kill(children[frozen].pid, signal.SIGCONT)
                some_more({"a", "b"})
            assert publisher.flush(30)
            caught_up(fresh, store)
    finally:
        for child in children.values():
            child.send_signal(signal.SIGCONT)
            child.terminate()
        ended = [child.wait(20) for child in children.values()]
    assert ended == [0, 0]
    assert len(store.ids()) == produced
    assert set(store.ids()) == {message(n).event_id for n in range(produced)}
    order: dict[str, list[str]] = {}
    for event_id, conversation_id, _, _ in store.rows():
        order.setdefault(conversation_id, []).append(event_id)
    assert order == {f"c{first}": [message(n).event_id for n in range(first, produced, 7)] for first in range(7)}
