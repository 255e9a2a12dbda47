from pathlib import Path

import pytest

from tests.unit.stream.records import PLACES, entry, message
from workbench.errors import FencedError, StoreRefusedError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, derived_event_id
from workbench.events.payloads import EntityUpdate, Message
from workbench.pipelines.extract import ExtractionSink, extraction_sink
from workbench.resilience.outbox import Outbox
from workbench.stream.sink import Batch, Positions


def one_per_word(event: Event, payload: Message) -> list[Event]:
    return [
        make_event(
            "entity.created",
            EntityUpdate(entity_id=f"word:{word}", entity_type="word", name=word),
            event_id=derived_event_id(event.event_id, word),
            occurred_at=event.occurred_at,
            conversation_id=event.conversation_id,
            session_id=event.session_id,
            user_id=event.user_id,
        )
        for word in payload.text.split()
    ]


@pytest.fixture
def outbox(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite")
    yield box
    box.close()


def batch(*texts: str, expected: int = 0, epoch: int = 1) -> Batch:
    entries = [entry(n, text) for n, text in enumerate(texts)]
    deliveries = [one.delivery for one in entries if one.delivery is not None]
    return Batch(deliveries, {PLACES[0]: Positions(expected, expected + len(texts), epoch)})


def claimed(outbox: Outbox) -> ExtractionSink:
    sink = extraction_sink(outbox, one_per_word)
    sink.claim({PLACES[0]: "topic-a"})
    return sink


def test_derived_events_causes_and_the_offset_come_together(outbox: Outbox) -> None:
    claimed(outbox).write(batch("kafka neo4j", "kafka"))
    assert outbox.produced()["entity.created"].count == 3
    assert set(outbox.extracted_ids("message.added")) == {message(0).event_id, message(1).event_id}
    assert outbox.offsets("extraction") == {PLACES[0]: 2}
    assert {one.key for one in outbox.pending()} == {"word:kafka", "word:neo4j"}


def test_extracting_again_after_a_lost_offset_changes_nothing(outbox: Outbox) -> None:
    claimed(outbox).write(batch("kafka neo4j"))
    sink = extraction_sink(outbox, one_per_word)
    sink.claim({PLACES[0]: "another topic id"})
    sink.write(batch("kafka neo4j", epoch=2))
    assert outbox.produced()["entity.created"].count == 2
    assert outbox.extracted()["message.added"].count == 1


def test_a_worker_that_lost_its_partition_writes_nothing(outbox: Outbox) -> None:
    sink = claimed(outbox)
    claimed(outbox)
    with pytest.raises(FencedError):
        sink.write(batch("kafka"))
    assert outbox.produced() == {}
    assert outbox.extracted() == {}


def test_a_derived_event_that_cannot_travel_is_the_message_s_fault(outbox: Outbox) -> None:
    sink = extraction_sink(outbox, lambda event, payload: [message(1, "x" * 10)] if payload.text == "fine" else [bad()])
    sink.claim({PLACES[0]: "topic-a"})
    with pytest.raises(StoreRefusedError, match="cannot travel"):
        sink.write(batch("not fine"))
    sink.write(batch("fine"))


def bad() -> Event:
    return make_event(
        "message.added",
        Message(role="user", text="x"),
        event_id="no hexadecimal id",
        occurred_at=message(1).occurred_at,
        conversation_id="c",
        session_id="s",
        user_id="u",
    )
