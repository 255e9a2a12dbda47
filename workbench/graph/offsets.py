"""Offsets that live with the data: claimed and moved in the graph's own transactions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neo4j import ManagedTransaction

from workbench.errors import FencedError
from workbench.graph.driver import query_text

TopicPartitionKey = tuple[str, int]
"""Topic name and partition number."""


@dataclass(frozen=True, slots=True)
class OffsetMove:
    """One conditional step of one topic partition: from `expected` to `next_offset`, under `epoch`."""

    topic: str
    partition: int
    expected: int
    next_offset: int
    epoch: int


@dataclass(frozen=True, slots=True)
class StoredOffset:
    """Where a topic partition goes on, and the epoch that the claim raised."""

    next_offset: int
    epoch: int


def _key(topic: str, partition: int) -> str:
    return f"{topic}/{partition}"


def claim(
    transaction: ManagedTransaction, topic_ids: Mapping[TopicPartitionKey, str]
) -> dict[TopicPartitionKey, StoredOffset]:
    """Raise the epoch of topic partitions; where the topic is another one than before, start at 0.

    Parameters
    ----------
    transaction : ManagedTransaction
    topic_ids : mapping
        Topic and partition -> Kafka's current id of the topic.
    """
    by_key = {_key(*one): one for one in topic_ids}
    claims = [
        {"stream_offset_key": key, "topic": one[0], "topic_partition": one[1], "topic_id": topic_ids[one]}
        for key, one in sorted(by_key.items())  # always the same order, or two claims wait for each other
    ]
    rows = transaction.run(query_text("offsets/claim"), claims=claims)
    return {by_key[row["stream_offset_key"]]: StoredOffset(row["next_offset"], row["epoch"]) for row in rows}


def move(transaction: ManagedTransaction, moves: Sequence[OffsetMove]) -> None:
    """Move offsets, all or none. The first statement of a transaction: it locks out every other writer.

    Raises
    ------
    FencedError
        When an offset or epoch is not the expected one.
    """
    if not moves:
        return
    ordered = [
        {"stream_offset_key": key, "expected": one.expected, "next_offset": one.next_offset, "epoch": one.epoch}
        for key, one in sorted((_key(one.topic, one.partition), one) for one in moves)
    ]
    row = transaction.run(query_text("offsets/move"), moves=ordered).single(strict=True)
    if row["moved"] != len(ordered):
        raise FencedError(
            f"Neo4j: {len(ordered) - row['moved']} of {len(ordered)} offsets ({ordered[0]['stream_offset_key']}, …) are"
            " not as expected: another worker owns these topic partitions now; claim them anew"
        )
