"""Events, records and an in-memory sink for the tests of the stream."""

from collections.abc import Mapping
from datetime import UTC, datetime

from workbench.errors import FencedError, StoreError, StoreRefusedError
from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS, Hop
from workbench.stream.decoding import Entry, decode_record
from workbench.stream.sink import Batch, Claim, TopicPartition

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PLACES = [TopicPartition(CONVERSATIONS, number) for number in range(3)]


def message(number: int, text: str = "hello") -> Event:
    return make_event(
        "message.added",
        Message(role="user", text=text),
        event_id=event_id_of("test", str(number).encode()),
        occurred_at=NOON,
        conversation_id=f"c{number % 5}",
        session_id="s",
        user_id="u",
    )


def value(number: int, text: str = "hello") -> bytes:
    return encode_event(stamped(message(number, text), NOON))


def entry(number: int, text: str = "hello", *, place: TopicPartition = PLACES[0], offset: int | None = None) -> Entry:
    at = number if offset is None else offset
    return decode_record(value(number, text), place, at, hop="context", topic_id="topic-a")


class MemorySink:
    """Keeps event ids and offsets in this process; refuses texts with ``refuse``; fails as told."""

    hop: Hop = "context"
    topics = (CONVERSATIONS,)
    needs_blobs = False

    def __init__(self) -> None:
        self.events: list[str] = []
        self.offsets: dict[TopicPartition, tuple[int, int]] = {}
        self.failures: list[StoreError] = []
        self.writes: list[int] = []

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        for place in topic_ids:
            offset, epoch = self.offsets.get(place, (0, 0))
            self.offsets[place] = (offset, epoch + 1)
        return {place: Claim(*self.offsets[place], topic_id) for place, topic_id in topic_ids.items()}

    def write(self, batch: Batch) -> None:
        self.writes.append(len(batch.deliveries))
        if self.failures:
            raise self.failures.pop(0)
        for place, position in batch.positions.items():
            if self.offsets[place] != (position.expected, position.epoch):
                raise FencedError(f"{place} is at {self.offsets[place]}")
        for one in batch.deliveries:
            if isinstance(one.payload, Message) and "refuse" in one.payload.text:
                raise StoreRefusedError(f"cannot keep {one.event.event_id}")
        self.events.extend(one.event.event_id for one in batch.deliveries)
        for place, position in batch.positions.items():
            self.offsets[place] = (position.next_offset, position.epoch)

    def close(self) -> None:
        pass
