"""Notice topics that were deleted and created anew: their offsets are other records."""

from collections.abc import Mapping
from typing import Any

import structlog

from workbench.clock import Monotonic
from workbench.errors import StoreError
from workbench.settings import Settings
from workbench.stream.admin import topic_ids

_log = structlog.get_logger(__name__)


class TopicWatch:
    """Compares topic ids from time to time.

    Parameters
    ----------
    settings : Settings
    every_s : float
        Seconds between looks; the consumer's metadata is not younger either.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, settings: Settings, *, every_s: float, clock: Monotonic) -> None:
        self._settings = settings
        self._every_s = every_s
        self._clock = clock
        self._looked_at = clock()

    def changed(self, consumer: Any, claimed: Mapping[str, str]) -> bool:
        """Whether a topic has another id than when it was claimed (topic -> id), as far as it can be told now."""
        now = self._clock()
        if now - self._looked_at < self._every_s:
            return False
        self._looked_at = now
        cluster = consumer._cluster  # the driver has no public way to its cached topic ids
        if all(str(cluster.topic_id(topic)) == topic_id for topic, topic_id in claimed.items()):
            return False
        try:
            current = topic_ids(self._settings, claimed)
        except StoreError as error:
            _log.info("topic ids not known", reason=str(error))
            return False
        different = sorted(topic for topic, topic_id in claimed.items() if current.get(topic) != topic_id)
        if different:
            _log.warning("topics were created anew", topics=different)
        return bool(different)
