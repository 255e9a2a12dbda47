"""Kafka -> Neo4j: messages, entities and relationships, exactly once.

One transaction per batch: the offsets move first, conditional on the expected offset and on the epoch (which also
locks them), then what is not applied yet is written together with the note that it is.
"""

from collections.abc import Mapping

from workbench.errors import StoreRefusedError
from workbench.events.topics import Hop, topics_of
from workbench.graph.offsets import OffsetMove
from workbench.graph.writer import GraphWriter, open_writer
from workbench.settings.schema import Settings
from workbench.stream.sink import Batch, Claim, TopicPartition

HOP: Hop = "graph"


class GraphSink:
    """The knowledge graph as a sink; see `workbench.stream.sink.Sink`.

    Parameters
    ----------
    writer : GraphWriter
        Closed with the sink.
    """

    hop: Hop = HOP
    topics: tuple[str, ...] = topics_of(HOP)
    batch_events = 3_000
    """The most. A commit's fixed cost is some 50 ms: at 1,000 events the stream ran at 0.7 of the bare sink's speed, at
    3,000 at 0.9 and more, and the transaction is still far from Neo4j's memory."""
    needs_blobs = True
    """A message above the claim-check limit has role, model and excerpt like any other."""

    def __init__(self, writer: GraphWriter) -> None:
        self._writer = writer

    def claim(self, topic_ids: Mapping[TopicPartition, str]) -> Mapping[TopicPartition, Claim]:
        """Take over topic partitions; see `Sink.claim`."""
        stored = self._writer.claim({(one.topic, one.partition): topic_id for one, topic_id in topic_ids.items()})
        return {one: Claim(stored[one].next_offset, stored[one].epoch, topic_ids[one]) for one in topic_ids}

    def write(self, batch: Batch) -> None:
        """Write data and offsets in one transaction; see `Sink.write`.

        A batch without positions (a rebuild from the lake) is applied without moving an offset.
        """
        events = []
        for delivery in batch.deliveries:
            if delivery.payload is None:
                raise StoreRefusedError(f"event {delivery.event.event_id} came without its payload; its blob is needed")
            events.append((delivery.event, delivery.payload))
        moves = [
            OffsetMove(one.topic, one.partition, to.expected, to.next_offset, to.epoch)
            for one, to in batch.positions.items()
        ]
        self._writer.write(events, moves=moves)

    def close(self) -> None:
        """Give back connections."""
        self._writer.close()


def graph_sink(settings: Settings) -> GraphSink:
    """The sink of worker ``graph``; nothing is contacted yet.

    Parameters
    ----------
    settings : Settings
    """
    return GraphSink(open_writer(settings))
