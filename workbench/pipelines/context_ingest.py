"""Kafka -> PostgreSQL: conversation events, segments and sessions, exactly once.

One transaction per batch: the offsets move first, conditional on the expected offset and on the epoch
(which also locks them), then the events are appended. A repeat is refused by the offset or left out by
its `event_id`; a worker that was fenced writes nothing.
"""

from collections.abc import Mapping

import structlog

from workbench.context.segments import SegmentRules
from workbench.database import offsets
from workbench.database.append import append_events
from workbench.database.conversations import SourceGap
from workbench.database.pool import ConnectionPool, open_pool
from workbench.errors import StoreRefusedError
from workbench.events.topics import Hop, topics_of
from workbench.settings.schema import Settings
from workbench.stream.sink import Batch, Claim, TopicPartition

HOP: Hop = "context"

_log = structlog.get_logger(__name__)


class ContextSink:
    """The context store as a sink; see `workbench.stream.sink.Sink`.

    Parameters
    ----------
    pool : ConnectionPool
        One connection is enough; it is closed with the sink.
    segment_tokens : int
        Token budget of a segment.
    segment_gap_s : float
        Seconds of silence that close a segment.
    topic_shift : bool
        Whether a change of topic closes a segment, too.
    """

    hop: Hop = HOP
    topics: tuple[str, ...] = topics_of(HOP)
    needs_blobs = True
    """A turn above the claim-check limit is stored and segmented by its text like any other."""

    def __init__(
        self, pool: ConnectionPool, *, segment_tokens: int, segment_gap_s: float, topic_shift: bool = True
    ) -> None:
        self._pool = pool
        self._rules = SegmentRules(segment_tokens, gap_s=segment_gap_s, topic_shift=topic_shift)

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions; see `Sink.claim`."""
        wanted = {(one.topic, one.partition): topic_id for one, topic_id in topic_ids.items()}
        with self._pool.connection("claim topic partitions") as connection, connection.transaction():
            stored = offsets.claim(connection, HOP, topic_ids=wanted)
        return {
            TopicPartition(one.topic, one.partition): Claim(one.next_offset, one.epoch, one.topic_id) for one in stored
        }

    def write(self, batch: Batch) -> None:
        """Write events and offsets in one transaction; see `Sink.write`.

        A batch without positions (a rebuild from the lake) appends without moving an offset.
        """
        moves = [
            offsets.OffsetMove(one.topic, one.partition, to.expected, to.epoch, to.next_offset)
            for one, to in batch.positions.items()
        ]
        events = []
        for delivery in batch.deliveries:
            if delivery.payload is None:
                raise StoreRefusedError(f"event {delivery.event.event_id} came without its payload; its blob is needed")
            events.append((delivery.event, delivery.payload))
        with self._pool.connection("write a batch") as connection, connection.transaction():
            offsets.move(connection, HOP, moves=moves)
            appended = append_events(connection, events, self._rules)
        if appended.gaps:
            _report(appended.gaps)

    def close(self) -> None:
        """Give back the connection."""
        self._pool.close()


def _report(gaps: tuple[SourceGap, ...]) -> None:
    first = gaps[0]
    _log.warning(
        "source sequence gaps",
        gaps=len(gaps),
        tenant_id=first.tenant_id,
        conversation_id=first.conversation_id,
        after=first.after,
        before=first.before,
    )


def context_sink(settings: Settings) -> ContextSink:
    """The sink of worker ``context``; nothing is contacted yet.

    Parameters
    ----------
    settings : Settings
    """
    return ContextSink(
        open_pool(settings, size=1),
        segment_tokens=settings.context.segment_tokens,
        segment_gap_s=settings.context.segment_gap_s,
        topic_shift=settings.context.segment_topics,
    )
