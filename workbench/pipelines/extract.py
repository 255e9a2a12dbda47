"""Messages to entity and relationship updates: a sink whose store is the outbox."""

from collections.abc import Callable, Mapping, Sequence

from workbench.errors import EventError, StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import Message
from workbench.events.topics import Hop, topics_of
from workbench.resilience.outbox import Outbox, Position
from workbench.stream.sink import Batch, Claim, TopicPartition

Extract = Callable[[Event, Message], Sequence[Event]]
"""A message and its event -> derived events, the same ones each time."""


class ExtractionSink:
    """Derived events, the note that a message is done, and the offset, in one transaction of the outbox.

    Parameters
    ----------
    outbox : Outbox
        Not closed here.
    extract : callable
    """

    hop: Hop = "extraction"
    topics: tuple[str, ...] = topics_of("extraction")
    needs_blobs = True
    batch_events = 500
    batch_age_s = 0.1

    def __init__(self, outbox: Outbox, extract: Extract) -> None:
        self._outbox = outbox
        self._extract = extract

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions; see `Sink.claim`."""
        wanted: dict[tuple[str, int], str] = dict(topic_ids.items())
        claimed = self._outbox.claim(self.hop, wanted)
        return {
            place: Claim(claimed[place].next_offset, claimed[place].epoch, topic_id)
            for place, topic_id in topic_ids.items()
        }

    def write(self, batch: Batch) -> None:
        """Extract and commit; see `Sink.write`."""
        derived: list[Event] = []
        done: dict[str, str] = {}
        for delivery in batch.deliveries:
            if not isinstance(delivery.payload, Message):
                raise StoreRefusedError(f"{delivery.event.event_type} has no text to extract from")
            derived.extend(self._extract(delivery.event, delivery.payload))
            done[delivery.event.event_id] = delivery.event.event_type
        positions: dict[tuple[str, int], Position] = {
            (place.topic, place.partition): Position(one.expected, one.next_offset, one.epoch)
            for place, one in batch.positions.items()
        }
        try:
            self._outbox.commit_extraction(self.hop, positions, done=done, derived=derived)
        except EventError as error:
            raise StoreRefusedError(f"what was extracted cannot travel: {error}") from error

    def close(self) -> None:
        """Nothing of its own is open."""


def extraction_sink(outbox: Outbox, extract: Extract | None = None) -> ExtractionSink:
    """The sink of hop ``extraction``.

    Parameters
    ----------
    outbox : Outbox
    extract : callable, optional
        Default: `workbench.extraction.extract_events`.
    """
    if extract is None:
        from workbench.extraction import extract_events

        extract = extract_events
    return ExtractionSink(outbox, extract)
