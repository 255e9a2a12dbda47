"""``conversation.completed``: once per conversation, by explicit close or after an idle time.

The event's id follows from tenant and conversation alone, so whoever closes, and how many at once, there is one
event: the outbox takes the first and knows the others. A conversation that goes on after it was closed stays closed;
its turns are stored like any other, and no second completion is made.
"""

import threading
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import structlog

from workbench.clock import Clock, utc_now
from workbench.database.completions import OpenConversation, idle_conversations, stored_conversation
from workbench.database.pool import ConnectionPool, open_pool
from workbench.errors import NotFoundError, StoreError
from workbench.events.completion import completion_event
from workbench.events.envelope import Event
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings

PAGE = 500
"""Conversations closed at once: one short transaction of the outbox."""

EVERY = 1_000_000
"""Conversations that the command closes in one go: some 200 MB while it runs."""

LOOKS = 20.0
"""Looks for idle conversations per idle time: one is closed at most a twentieth later than it could be."""

SHORTEST_S, LONGEST_S = 1.0, 60.0
"""Bounds of the pause between two looks; each look is one index scan."""

_log = structlog.get_logger(__name__)


def completion(conversation: OpenConversation, reason: Literal["closed", "idle"], *, clock: Clock = utc_now) -> Event:
    """The event that closes a stored conversation."""
    return completion_event(
        conversation.tenant_id,
        conversation.conversation_id,
        reason=reason,
        message_count=conversation.message_count,
        at=clock(),
        user_id=conversation.user_id,
        session_id=conversation.session_id,
    )


@dataclass(frozen=True, slots=True)
class Closed:
    """How many idle conversations were looked at, and how many completions were new."""

    idle: int = 0
    added: int = 0


def close_idle(
    pool: ConnectionPool, publisher: Publisher, *, idle_s: float, clock: Clock = utc_now, limit: int = PAGE
) -> Closed:
    """Close the conversations that have been idle, at most `limit` of them.

    Parameters
    ----------
    pool : ConnectionPool
    publisher : Publisher
    idle_s : float
        Seconds since the last turn, and since its arrival: an old log that is being imported is not idle.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL or the outbox does not answer.
    """
    with pool.connection("find idle conversations") as connection:
        found = idle_conversations(connection, clock() - timedelta(seconds=idle_s), limit=limit)
        connection.rollback()
    if not found:
        return Closed()
    appended = publisher.publish(completion(one, "idle", clock=clock) for one in found)
    return Closed(len(found), appended.added)


def close_all_idle(pool: ConnectionPool, publisher: Publisher, *, idle_s: float, clock: Clock = utc_now) -> Closed:
    """Close every conversation that has been idle; see `close_idle`.

    Completions travel through Kafka, so those that were just made are found once more: only new ones count.
    """
    with pool.connection("find idle conversations") as connection:
        found = idle_conversations(connection, clock() - timedelta(seconds=idle_s), limit=EVERY)
        connection.rollback()
    added = 0
    for at in range(0, len(found), PAGE):
        added += publisher.publish(completion(one, "idle", clock=clock) for one in found[at : at + PAGE]).added
    return Closed(len(found), added)


@dataclass(frozen=True, slots=True)
class ClosedOne:
    """The id of a conversation's completion, and whether it is new."""

    event_id: str
    added: bool


def close_one(
    pool: ConnectionPool, publisher: Publisher, *, tenant_id: str, conversation_id: str, clock: Clock = utc_now
) -> ClosedOne:
    """Close one stored conversation; closing it again changes nothing.

    Raises
    ------
    NotFoundError
        When nothing of it is stored for this tenant.
    StoreUnavailableError
        When PostgreSQL or the outbox does not answer.
    """
    with pool.connection("find the conversation") as connection:
        found = stored_conversation(connection, tenant_id, conversation_id=conversation_id)
        connection.rollback()
    if found is None:
        raise NotFoundError(
            f"nothing is stored of conversation {conversation_id[:100]!r} of tenant {tenant_id!r}; turns reach"
            " PostgreSQL through Kafka and worker context, a moment after they were said"
        )
    if found.closed_event_id is not None:
        return ClosedOne(found.closed_event_id, added=False)
    event = completion(found, "closed", clock=clock)
    return ClosedOne(event.event_id, added=publisher.publish([event]).added == 1)


def run_closer(settings: Settings, publisher: Publisher, *, stop: threading.Event) -> None:
    """Close idle conversations until told to stop; a store that is gone is waited for.

    Parameters
    ----------
    settings : Settings
        ``settings.context.idle_s`` of 0 switches it off.
    publisher : Publisher
    stop : threading.Event
    """
    idle_s = settings.context.idle_s
    if idle_s <= 0:
        stop.wait()
        return
    pause_s = min(LONGEST_S, max(SHORTEST_S, idle_s / LOOKS))
    failing = False
    with open_pool(settings, size=1) as pool:
        while not stop.wait(pause_s):
            try:
                closed = close_idle(pool, publisher, idle_s=idle_s)
            except StoreError as error:
                if not failing:
                    _log.warning("idle conversations cannot be closed now", reason=str(error))
                failing = True
                continue
            failing = False
            if closed.added:
                _log.info("idle conversations closed", conversations=closed.added)
