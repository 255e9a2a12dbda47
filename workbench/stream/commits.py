"""Telling Kafka the offsets that a store has: for lag displays only, the store's own are what counts."""

from collections.abc import Mapping
from typing import Any

import structlog

from workbench.clock import Monotonic
from workbench.stream.client import KafkaTopicPartition, OffsetAndMetadata, kafka_errors
from workbench.stream.sink import Positions, TopicPartition

COMMIT_EVERY_S = 0.5
"""Seconds between commits to Kafka."""

_log = structlog.get_logger(__name__)


class KafkaCommits:
    """Offsets that Kafka has not been told yet.

    Parameters
    ----------
    hop : str
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, hop: str, *, clock: Monotonic) -> None:
        self._hop = hop
        self._clock = clock
        self._waiting: dict[TopicPartition, int] = {}
        self._told_at = clock()

    def moved(self, positions: Mapping[TopicPartition, Positions]) -> None:
        """The store has taken these positions."""
        self._waiting |= {place: one.next_offset for place, one in positions.items()}

    def clear(self) -> None:
        """They are not this worker's to tell any more."""
        self._waiting.clear()

    def tell(self, consumer: Any) -> None:
        """Tell Kafka from time to time, without waiting for an answer."""
        now = self._clock()
        if self._waiting and now - self._told_at >= COMMIT_EVERY_S:
            self._told_at = now
            offsets = self._offsets()
            self._waiting.clear()
            consumer.commit_async(offsets)

    def finish(self, consumer: Any) -> None:
        """Tell Kafka what it has not been told, and wait for the answer."""
        if not self._waiting:
            return
        try:
            consumer.commit(self._offsets(), timeout_ms=2_000)
        except kafka_errors.KafkaError as error:
            _log.info("offsets not told to kafka", hop=self._hop, reason=str(error))

    def _offsets(self) -> dict[Any, Any]:
        return {KafkaTopicPartition(*place): OffsetAndMetadata(to, "", -1) for place, to in self._waiting.items()}
