"""Learn from completed conversations: turns of PostgreSQL -> profiles -> patterns -> insights -> outbox.

Profiles, patterns and insights of a tenant are written in one transaction under a lock, so they always fit together.
Insights go to the outbox afterwards, under ids that follow from insight and version, and are marked then: a learner
that is killed in between hands them over again, and the outbox knows them.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import msgspec
import structlog

from workbench.clock import Clock, utc_now
from workbench.database import learning
from workbench.database.connection import BoundedConnection
from workbench.database.pool import ConnectionPool, open_pool
from workbench.errors import StoreError
from workbench.events.payloads import Role
from workbench.extraction.extractor import Extractor, local_extractor
from workbench.learning.debates import DebateProfile
from workbench.learning.mine import Threshold, insights, mine
from workbench.learning.profile import PROFILE_VERSION, READ_TURNS, Profile, profile_of
from workbench.learning.turns import SaidConversation, SaidTurn
from workbench.pipelines.insight_events import insight_event, insight_row, pattern_row
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings

PATIENCE_S = 60.0
"""Seconds for which turns that a completion counts and PostgreSQL lacks are waited for; then what is there is read,
and what comes later is read by a later look."""

BATCH = 500
"""Conversations read in one transaction: some seconds of work, which a stopping worker may lose."""

MINED_CONVERSATIONS = 20_000
"""Newest conversations of a tenant that patterns are made of: some 100 MB of profiles and a few seconds."""

IDLE_S, GROWN_S = 1.0, 60.0
"""Seconds between two looks for completed conversations, and for those that went on after they were learned from."""

POLL_S = 0.2
"""Between two looks of who waits for the learner."""

REST = 3.0
"""Pause after a pass, as a multiple of what it took: mining reads all of a tenant, however little is new."""

_decode_profile = msgspec.json.Decoder(Profile).decode
_decode_debate = msgspec.json.Decoder(DebateProfile).decode
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Learned:
    """What one pass did.

    Parameters
    ----------
    conversations : int
        Read.
    patterns : int
        Of the tenants that were mined.
    published : int
        Insights handed to the outbox that it did not know.
    """

    conversations: int = 0
    patterns: int = 0
    published: int = 0


class Learner:
    """Learns from what PostgreSQL holds.

    Parameters
    ----------
    pool : ConnectionPool
    publisher : Publisher
    threshold : Threshold
    extractor : Extractor
    clock : callable
    """

    def __init__(
        self,
        pool: ConnectionPool,
        publisher: Publisher,
        *,
        threshold: Threshold,
        extractor: Extractor,
        clock: Clock = utc_now,
    ) -> None:
        self._pool = pool
        self._publisher = publisher
        self._threshold = threshold
        self._extractor = extractor
        self._clock = clock

    def learn(self, *, grown: bool = False, everybody: bool = False) -> Learned:
        """One pass over what waits.

        Parameters
        ----------
        grown : bool
            Look for conversations that went on, too.
        everybody : bool
            Mine every tenant, for the thresholds may be others than last time.

        Raises
        ------
        StoreUnavailableError
            When PostgreSQL or the outbox does not answer; what was committed stays.
        """
        with self._pool.connection("find completed conversations") as connection:
            keys = learning.waiting_conversations(connection, patience_s=PATIENCE_S, limit=BATCH)
            if grown and len(keys) < BATCH:
                keys += learning.grown_conversations(
                    connection, profile_version=PROFILE_VERSION, limit=BATCH - len(keys)
                )
            debated = learning.tenants(connection, waiting_debates=not everybody)
            connection.rollback()
        by_tenant: dict[str, list[str]] = defaultdict(list)
        for tenant_id, conversation_id in keys:
            by_tenant[tenant_id].append(conversation_id)
        patterns = sum(self._learn_tenant(one, by_tenant[one]) for one in sorted({*by_tenant, *debated}))
        return Learned(len(keys), patterns, self._publish())

    def _learn_tenant(self, tenant_id: str, conversation_ids: Sequence[str]) -> int:
        with self._pool.connection("learn") as connection, connection.transaction():
            learning.lock_tenant(connection, tenant_id)
            for conversation_id in conversation_ids:
                self._read(connection, tenant_id, conversation_id)
            limit = MINED_CONVERSATIONS
            talked = learning.profiles(connection, tenant_id, debates=False, limit=limit)
            debated = learning.profiles(connection, tenant_id, debates=True, limit=limit)
            found = mine(
                map(_decode_profile, talked),
                map(_decode_debate, debated),
                min_frequency=self._threshold.min_frequency,
            )
            learning.replace_patterns(connection, tenant_id, rows=[pattern_row(one) for one in found])
            told = [
                insight_row(one, tenant_id, min_frequency=self._threshold.min_frequency)
                for one in insights(found, self._threshold)
            ]
            learning.tell_insights(connection, tenant_id, rows=told, now=self._clock())
        return len(found)

    def _read(self, connection: BoundedConnection, tenant_id: str, conversation_id: str) -> None:
        state = learning.conversation_state(connection, tenant_id, conversation_id=conversation_id)
        turns = learning.stored_turns(connection, tenant_id, conversation_id=conversation_id, limit=READ_TURNS)
        gone = any(one.text is None for one in turns)  # in the lake; what was learned when it was here stays
        found = None if gone else self._profile(conversation_id, turns)
        learning.save_profile(
            connection,
            (tenant_id, conversation_id),
            profile=None if found is None else msgspec.json.encode(found),
            last_at=None if found is None else found.last_at,
            state=state,
            version=PROFILE_VERSION,
            keep=gone,
        )

    def _profile(self, conversation_id: str, turns: Sequence[learning.StoredTurn]) -> Profile | None:
        if not turns:
            return None
        speaker = next((one for one in turns if one.role == "user"), turns[0])
        said = tuple(
            SaidTurn(one.event_id, cast(Role, one.role), one.text or "", one.occurred_at, one.provider) for one in turns
        )
        conversation = SaidConversation(conversation_id, speaker.user_id, speaker.session_id, said)
        return profile_of(conversation, extractor=self._extractor)

    def _publish(self) -> int:
        added = 0
        while True:
            with self._pool.connection("publish insights") as connection:
                rows = learning.unpublished_insights(connection, limit=BATCH)
                connection.rollback()
                if not rows:
                    return added
                added += self._publisher.publish(insight_event(row) for row in rows).added
                with connection.transaction():
                    learning.mark_published(connection, [row["event_id"] for row in rows])


def open_learner(settings: Settings, publisher: Publisher, pool: ConnectionPool) -> Learner:
    """A learner by the settings; nothing is contacted yet."""
    given = settings.learning
    return Learner(
        pool,
        publisher,
        threshold=Threshold(given.min_confidence, given.min_frequency),
        extractor=local_extractor(settings.extraction.method, model=settings.extraction.model),
    )


def wait_learned(settings: Settings, *, timeout_s: float) -> bool:
    """Wait until nothing is left to be learned from; whether that was so in time.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL does not answer.
    """
    until = time.monotonic() + timeout_s
    with open_pool(settings, size=1) as pool:
        while True:
            with pool.connection("see what is to be learned") as connection:
                waiting = learning.waiting_count(connection)
                connection.rollback()
            if not waiting or time.monotonic() > until:
                return not waiting
            time.sleep(POLL_S)


def run_learner(settings: Settings, publisher: Publisher, *, stop: threading.Event) -> None:
    """Learn until told to stop; a store that is gone is waited for.

    Parameters
    ----------
    settings : Settings
    publisher : Publisher
    stop : threading.Event
    """
    everybody, looked_at, pause_s = True, float("-inf"), 0.0
    failing = False
    with open_pool(settings, size=1) as pool:
        learner = open_learner(settings, publisher, pool)
        while not stop.wait(pause_s):
            began = time.monotonic()
            grown = began - looked_at >= GROWN_S
            try:
                done = learner.learn(grown=grown, everybody=everybody)
            except StoreError as error:
                if not failing:
                    _log.warning("nothing can be learned now", reason=str(error))
                failing, pause_s = True, 2 * IDLE_S
                continue
            failing, everybody = False, False
            if grown:
                looked_at = began
            if done.conversations or done.published:
                _log.info("learned", conversations=done.conversations, patterns=done.patterns, insights=done.published)
            pause_s = max(IDLE_S, min(GROWN_S, REST * (time.monotonic() - began)))
