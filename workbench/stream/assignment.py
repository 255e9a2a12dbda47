"""Which topic partitions this worker owns, where each stands, and under which epoch (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench.stream.decoding import Entry
from workbench.stream.sink import Claim, Positions, TopicPartition


@dataclass(slots=True)
class _Owned:
    next_offset: int
    epoch: int
    topic_id: str
    read_offset: int


class Assignment:
    """Assigned topic partitions: claimed at the store, or still to be claimed."""

    def __init__(self) -> None:
        self._owned: dict[TopicPartition, _Owned] = {}
        self._unclaimed: set[TopicPartition] = set()

    @property
    def unclaimed(self) -> frozenset[TopicPartition]:
        """Assigned, and not yet taken over at the store."""
        return frozenset(self._unclaimed)

    @property
    def claimed(self) -> frozenset[TopicPartition]:
        """Taken over at the store: only these are read."""
        return frozenset(self._owned)

    def assign(self, places: Iterable[TopicPartition]) -> None:
        """What the group gave to this worker, all of it; earlier claims are void."""
        self._owned.clear()
        self._unclaimed = set(places)

    def claim(self, claims: Mapping[TopicPartition, Claim]) -> None:
        """What the store answered."""
        for place, claim in claims.items():
            self._owned[place] = _Owned(claim.next_offset, claim.epoch, claim.topic_id, claim.next_offset)
            self._unclaimed.discard(place)

    def void(self) -> None:
        """All have to be claimed again."""
        self._unclaimed |= self._owned.keys()
        self._owned.clear()

    def read(self, place: TopicPartition, next_offset: int) -> int:
        """Note that a topic partition was read up to an offset (exclusive); from where, so that nothing comes twice."""
        owned = self._owned[place]
        first, owned.read_offset = owned.read_offset, max(owned.read_offset, next_offset)
        return first

    def topic_id(self, place: TopicPartition) -> str:
        """Kafka's id of the topic when it was claimed."""
        return self._owned[place].topic_id

    def topic_ids(self) -> dict[str, str]:
        """Topic -> Kafka's id of it when it was claimed."""
        return {place.topic: owned.topic_id for place, owned in self._owned.items()}

    def positions(self, entries: Iterable[Entry]) -> dict[TopicPartition, Positions]:
        """What writing these entries, the next ones of each topic partition, moves."""
        last: dict[TopicPartition, int] = {}
        for entry in entries:
            last[entry.topic_partition] = entry.offset
        return {
            place: Positions(self._owned[place].next_offset, offset + 1, self._owned[place].epoch)
            for place, offset in last.items()
        }

    def next_offsets(self) -> dict[tuple[str, int], int]:
        """(topic, partition) -> first offset that the store does not have, of what is claimed."""
        return {(place.topic, place.partition): owned.next_offset for place, owned in self._owned.items()}

    def moved(self, positions: Mapping[TopicPartition, Positions]) -> None:
        """The store has taken these positions."""
        for place, position in positions.items():
            self._owned[place].next_offset = position.next_offset
