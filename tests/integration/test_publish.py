"""From the outbox to Kafka on a real broker: order, outages, kills, vanished topics, large payloads."""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stream_events import message, records
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.errors import StoreUnavailableError
from workbench.events.codec import decode_event
from workbench.events.envelope import CLAIM_CHECK_BYTES
from workbench.events.topics import CONVERSATIONS, TOPICS, Topic
from workbench.pipelines.blobs import FolderBlobs
from workbench.pipelines.publish import Publisher
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.admin import create_topics, delete_topics, end_offsets, ping, topic_ids
from workbench.stream.relay import Relay

pytestmark = pytest.mark.kafka


@pytest.fixture
def outbox(fresh: Settings) -> Iterator[Outbox]:
    box = Outbox(fresh.outbox_path)
    yield box
    box.close()


def first_copies(settings: Settings) -> dict[str, list[int]]:
    """Conversation -> source numbers in the order of their first copies in Kafka."""
    seen: set[str] = set()
    order: dict[str, list[int]] = defaultdict(list)
    for record in records(settings):
        event = decode_event(record.value)
        assert record.key == event.conversation_id.encode()
        if event.event_id not in seen:
            seen.add(event.event_id)
            order[event.conversation_id].append(event.source_sequence or 0)
    return order


def in_order(count: int) -> dict[str, list[int]]:
    return {f"c{first}": list(range(first, count, 7)) for first in range(7)}


def test_published_events_arrive_once_and_in_order_with_headers(fresh: Settings, outbox: Outbox) -> None:
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        publisher.publish([message(n) for n in range(500)], traceparent="00-" + "a" * 32 + "-" + "b" * 16 + "-01")
        publisher.publish([message(n) for n in range(400, 1000)])
        assert publisher.flush(30)
    found = records(fresh)
    assert len(found) == 1000
    assert first_copies(fresh) == in_order(1000)
    headers = dict(found[0].headers)
    assert (headers["event_type"], headers["schema_version"]) == (b"message.added", b"1")
    assert sum("traceparent" in dict(one.headers) for one in found) == 500
    assert outbox.backlog().count == 0
    assert outbox.produced()["message.added"].count == 1000


def test_with_kafka_gone_events_are_taken_in_and_flow_in_order_when_it_is_back(
    fresh: Settings, outbox: Outbox, servers: Servers
) -> None:
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        publisher.publish([message(n) for n in range(300)])
        assert publisher.flush(30)
        with servers.gone("kafka"):
            with pytest.raises(StoreUnavailableError, match="not reachable"):
                ping(fresh)
            for first in range(300, 900, 100):
                assert publisher.publish([message(n) for n in range(first, first + 100)]).added == 100
            assert not publisher.flush(0.5)
            assert outbox.backlog().count == 600
        assert publisher.flush(60)
    assert first_copies(fresh) == in_order(900)


def test_a_broker_that_freezes_and_thaws_gets_everything_in_order(
    fresh: Settings, outbox: Outbox, servers: Servers
) -> None:
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        publisher.publish([message(n) for n in range(100)])
        assert publisher.flush(30)
        with servers.frozen("kafka"):
            publisher.publish([message(n) for n in range(100, 400)])
            assert not publisher.flush(1.0)
        assert publisher.flush(60)
    assert first_copies(fresh) == in_order(400)


_KILLED_BETWEEN_ACKNOWLEDGEMENT_AND_MARK = """
import os, sys
from pathlib import Path
from tests.stack_fixtures import settings_in
from workbench.resilience.outbox import Outbox
from workbench.stream.relay import Relay
settings = settings_in(Path(sys.argv[1]))
outbox = Outbox(settings.outbox_path)
outbox.mark_sent = lambda *_, **__: os.kill(os.getpid(), 9)
relay = Relay(outbox, settings)
while True:
    relay.step()
"""


def test_a_relay_killed_between_acknowledgement_and_mark_loses_nothing(fresh: Settings, outbox: Outbox) -> None:
    outbox.append(message(n) for n in range(200))
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED_BETWEEN_ACKNOWLEDGEMENT_AND_MARK, str(fresh.home)], timeout=60, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert outbox.backlog().count == 200
    assert sum(end_offsets(fresh, [CONVERSATIONS]).values()) > 0
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        assert publisher.flush(30)
    assert len(records(fresh)) > 200, "some were sent twice"
    assert first_copies(fresh) == in_order(200)


_APPENDS_AND_RELAYS = """
import sys
from pathlib import Path
from tests.integration.stream_events import message
from tests.stack_fixtures import settings_in
from workbench.pipelines.publish import Publisher
with Publisher(settings_in(Path(sys.argv[1])), upload_blob=None) as publisher:
    for first in range(0, 2000, 100):
        publisher.publish([message(n) for n in range(first, first + 100)])
    assert publisher.flush(60)
"""


def test_several_processes_append_the_same_events_and_one_at_a_time_relays(fresh: Settings) -> None:
    children = [subprocess.Popen([sys.executable, "-c", _APPENDS_AND_RELAYS, str(fresh.home)]) for _ in range(3)]
    assert [child.wait(90) for child in children] == [0, 0, 0]
    assert len(records(fresh)) == 2000, "nobody was killed, so nothing was sent twice"
    assert first_copies(fresh) == in_order(2000)


def test_a_topic_that_vanishes_is_made_again_and_nothing_is_lost(fresh: Settings, outbox: Outbox) -> None:
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        publisher.publish([message(n) for n in range(100)])
        assert publisher.flush(30)
        before = topic_ids(fresh, [CONVERSATIONS])
        delete_topics(fresh, [CONVERSATIONS])
        eventually(lambda: not topic_ids(fresh, [CONVERSATIONS]), "the topic is gone")
        publisher.publish([message(n) for n in range(100, 300)])
        assert publisher.flush(60)
    assert topic_ids(fresh, [CONVERSATIONS]) != before
    assert {decode_event(one.value).source_sequence for one in records(fresh)} == set(range(100, 300))


def test_a_payload_of_five_megabytes_is_uploaded_before_its_event_is_sent(
    fresh: Settings, outbox: Outbox, tmp_path: Path
) -> None:
    text = "a long document " * (5 * 2**20 // 16)
    blobs = FolderBlobs(tmp_path / "blobs")
    uploads: list[str] = []

    def upload(sha256: str, path: Path) -> None:
        assert not records(fresh), "its event was sent before"
        uploads.append(sha256)
        blobs.upload(sha256, path)

    with Publisher(fresh, upload_blob=upload, outbox=outbox) as publisher:
        publisher.publish([message(0, text)])
        assert publisher.flush(30)
    (record,) = records(fresh)
    event = decode_event(record.value)
    assert event.payload_ref is not None
    assert uploads == [event.payload_ref.sha256]
    assert text.encode() in blobs.fetch(event.payload_ref.sha256)
    assert len(record.value) < 1000
    assert not outbox.blobs.path(event.payload_ref.sha256).exists(), "the outbox keeps no second copy"


def test_a_failed_upload_holds_back_only_the_events_of_that_conversation(fresh: Settings, outbox: Outbox) -> None:
    large = "x" * (CLAIM_CHECK_BYTES + 1)
    broken = [True]

    def upload(sha256: str, path: Path) -> None:
        if broken:
            raise StoreUnavailableError("the object store is gone")

    outbox.append([message(0), message(1, large), *(message(n) for n in range(2, 30))])
    held = [n for n in range(30) if n % 7 == 1]
    with Publisher(fresh, upload_blob=upload, outbox=outbox) as publisher:
        eventually(lambda: outbox.backlog().count == len(held), "all others are sent")
        assert not publisher.flush(0.3)
        broken.clear()
        assert publisher.flush(30)
    assert first_copies(fresh) == in_order(30)


def test_what_kafka_will_never_take_is_a_dead_letter_and_the_rest_goes_on(fresh: Settings, outbox: Outbox) -> None:
    delete_topics(fresh, [CONVERSATIONS])
    eventually(lambda: not topic_ids(fresh, [CONVERSATIONS]), "the topic is gone")
    create_topics(fresh, [Topic(CONVERSATIONS, max_message_bytes=20_000)])
    noise = os.urandom(40_000).hex()  # would fit if compression could shrink it
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        publisher.publish([message(0), message(7, noise), message(14)])
        assert publisher.flush(30)
    assert first_copies(fresh) == {"c0": [0, 14]}
    (letter,) = outbox.dead_letters(status="unresolved")
    assert letter.hop == "kafka"
    assert letter.event_id == message(7).event_id
    assert list(outbox.dead_letters_by("graph", "message.added")) == [letter.event_id]


def test_topics_are_created_once_and_what_differs_is_told(fresh: Settings) -> None:
    again = create_topics(fresh)
    assert again.created == ()
    assert set(again.existing) == {topic.name for topic in TOPICS}
    assert again.drift == ()
    drift = create_topics(fresh, [Topic(CONVERSATIONS, partitions=5, retention_ms=1000)]).drift
    assert drift == (
        "helixagent.conversations has 6 partitions, declared 5",
        "helixagent.conversations has retention.ms=604800000, declared 1000",
    )
    assert ping(fresh).startswith("Kafka 4.")


def test_closing_marks_what_was_acknowledged(fresh: Settings, outbox: Outbox) -> None:
    outbox.append(message(n) for n in range(3000))
    relay = Relay(outbox, fresh)
    relay.step()
    relay.close()
    with Publisher(fresh, upload_blob=None, outbox=outbox) as publisher:
        assert publisher.flush(30)
    assert first_copies(fresh) == in_order(3000)
    assert len(records(fresh)) == 3000
