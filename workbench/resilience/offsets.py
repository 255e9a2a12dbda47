"""Offsets of sinks whose store is the outbox, kept in the same transaction as what they write."""

from collections.abc import Mapping
from typing import NamedTuple

from workbench.errors import FencedError
from workbench.resilience.outbox_database import OutboxDatabase, Statements

Partition = tuple[str, int]
"""Topic and partition number."""


class Position(NamedTuple):
    """What a commit moves in one topic partition, and the epoch that allows it."""

    expected: int
    next_offset: int
    epoch: int


class Claimed(NamedTuple):
    """Where to go on in a topic partition that was taken over, and the epoch that this takes."""

    next_offset: int
    epoch: int


class OffsetBook:
    """Claim topic partitions and move their offsets.

    Parameters
    ----------
    database : OutboxDatabase
    """

    def __init__(self, database: OutboxDatabase) -> None:
        self._database = database

    def claim(self, hop: str, topic_ids: Mapping[Partition, str]) -> dict[Partition, Claimed]:
        """Take over topic partitions: raise each one's epoch and read where to go on.

        Parameters
        ----------
        hop : str
        topic_ids : mapping
            (topic, partition) -> Kafka's current id of the topic; where it differs from the stored
            one, the answer's offset is 0.
        """
        claimed: dict[Partition, Claimed] = {}
        with self._database.write() as statements:
            for (topic, partition), topic_id in topic_ids.items():
                row = statements.run(
                    "claim_offset", {"hop": hop, "topic": topic, "partition": partition, "topic_id": topic_id}
                )
                if row is not None:
                    claimed[topic, partition] = Claimed(*row)
        return claimed

    def move(self, statements: Statements, hop: str, positions: Mapping[Partition, Position]) -> None:
        """Move offsets within an open write transaction.

        Raises
        ------
        FencedError
            When one is not where the writer believes, or another worker owns it now.
        """
        for (topic, partition), position in positions.items():
            parameters = {"hop": hop, "topic": topic, "partition": partition} | position._asdict()
            if statements.run("move_offset", parameters) is None:
                raise FencedError(
                    f"{hop} does not own {topic}[{partition}] at offset {position.expected} in epoch"
                    f" {position.epoch} any more: another worker has taken it over"
                )

    def stored(self, hop: str) -> dict[Partition, int]:
        """(topic, partition) -> first offset that the sink does not have yet."""
        return {(row[0], row[1]): row[2] for row in self._database.rows("offsets", {"hop": hop})}
