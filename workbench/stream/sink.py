"""The words between Kafka and a store: record, batch, claim, sink.

A sink keeps the offsets of its topic partitions *in the store, in the same commit as the data*. Each
commit is conditional on the expected previous offset and on a fencing epoch, so a worker that was
frozen and thawed after somebody else took over cannot write twice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import msgspec

from workbench.events.envelope import Event
from workbench.events.payloads import Payload
from workbench.events.topics import Hop


class TopicPartition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a store answers when a worker takes over a topic partition.

    Parameters
    ----------
    next_offset : int
        First offset that the store does not have yet; 0 when it has nothing.
    epoch : int
        Raised by every claim; a commit with an older epoch is refused.
    topic_id : str
        Kafka's id of the topic when the offset was written, so that a topic that was deleted and
        created anew starts at 0 again instead of being skipped.
    """

    next_offset: int
    epoch: int
    topic_id: str


@dataclass(frozen=True, slots=True)
class Positions:
    """What one commit moves in one topic partition: from `expected` to `next_offset`."""

    expected: int
    next_offset: int
    epoch: int


class Delivery(msgspec.Struct, frozen=True, gc=False):
    """One decoded record: the event, its payload, where it stood, its bytes, and the W3C trace context it came with.

    `payload` is None only for claim-checked payloads whose blob the sink does not need
    (`Sink.needs_blobs` is false).
    """

    event: Event
    payload: Payload | None
    topic_partition: TopicPartition
    offset: int
    value: bytes
    traceparent: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries in offset order per topic partition, with the offsets that their commit moves.

    Duplicates (the same event twice, in one batch or over time) are allowed: a sink is idempotent on
    `event_id`. `positions` may move a topic partition that has no delivery here (dead letters only).
    """

    deliveries: Sequence[Delivery]
    positions: Mapping[TopicPartition, Positions] = field(default_factory=dict)


class Sink(Protocol):
    """A store that takes batches exactly once."""

    hop: Hop
    topics: tuple[str, ...]
    needs_blobs: bool

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions: raise each one's epoch and read where to go on.

        Parameters
        ----------
        topic_ids : mapping
            Topic partition -> Kafka's current id of its topic. Where the stored id differs, the
            answer's `next_offset` is 0.

        Raises
        ------
        StoreUnavailableError
            When the store cannot be asked now.
        """
        ...

    def write(self, batch: Batch) -> None:
        """Write data and offsets in one commit.

        Raises
        ------
        FencedError
            When an offset or epoch is not the expected one; nothing was written.
        StoreRefusedError
            When the store refuses the content of some delivery; nothing was written.
        StoreUnavailableError, SinkBackpressureError
            When the same batch should be tried again later; nothing was written.
        """
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
