"""Offsets of topic partitions, in the same transaction as the data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.errors import FencedError


@dataclass(frozen=True, slots=True)
class StoredOffset:
    """Where a hop stands in one topic partition."""

    topic: str
    partition: int
    next_offset: int
    epoch: int
    topic_id: str


@dataclass(frozen=True, slots=True)
class OffsetMove:
    """One topic partition's offset: from `expected`, under `epoch`, to `next_offset`."""

    topic: str
    partition: int
    expected: int
    epoch: int
    next_offset: int


def claim(connection: BoundedConnection, hop: str, *, topic_ids: Mapping[tuple[str, int], str]) -> list[StoredOffset]:
    """Raise the epoch of topic partitions and read where to go on.

    Parameters
    ----------
    connection : BoundedConnection
    hop : str
    topic_ids : mapping
        (topic, partition) -> Kafka's current id of the topic; where it differs from the stored one,
        the offset starts at 0 again.
    """
    if not topic_ids:
        return []
    rows = connection.execute(
        statement("offsets/claim_offsets"),
        {
            "hop": hop,
            "topics": [topic for topic, _ in topic_ids],
            "partitions": [partition for _, partition in topic_ids],
            "topic_ids": list(topic_ids.values()),
        },
    ).fetchall()
    return [StoredOffset(*row) for row in rows]


def stored_offsets(connection: BoundedConnection, hop: str) -> list[StoredOffset]:
    """Where a hop stands in each topic partition that it ever claimed."""
    return [StoredOffset(*row) for row in connection.execute(statement("offsets/stream_offsets"), {"hop": hop})]


def move(connection: BoundedConnection, hop: str, *, moves: Sequence[OffsetMove]) -> None:
    """Move offsets, all or none; as the first statement of a transaction it also locks them.

    Raises
    ------
    FencedError
        When an offset or an epoch is not the expected one. The caller's transaction must be rolled back.
    """
    if not moves:
        return
    moved = connection.execute(
        statement("offsets/move_offsets"),
        {
            "hop": hop,
            "topics": [one.topic for one in moves],
            "partitions": [one.partition for one in moves],
            "expected": [one.expected for one in moves],
            "epochs": [one.epoch for one in moves],
            "next_offsets": [one.next_offset for one in moves],
        },
    ).fetchall()
    if len(moved) == len(moves):
        return
    fenced = next(one for one in moves if (one.topic, one.partition) not in moved)
    place = f"{hop} of {fenced.topic}[{fenced.partition}]"
    for stored in stored_offsets(connection, hop):
        if (stored.topic, stored.partition) == (fenced.topic, fenced.partition):
            raise FencedError(
                f"{place} stands at offset {stored.next_offset}, epoch {stored.epoch}; expected {fenced.expected},"
                f" epoch {fenced.epoch}: it was written already or another worker took over; join the group again"
            )
    raise FencedError(f"{place} was never claimed; claim it first")
