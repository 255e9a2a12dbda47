"""Sessions that go on: state, resumption, consent, and writers that append where they expect to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from workbench.context.segments import SegmentRules
from workbench.context.sessions import SessionKey
from workbench.context.turns import Turn
from workbench.database import consents, sessions
from workbench.database.consents import Consent
from workbench.database.pool import ConnectionPool
from workbench.database.sessions import STATE_BYTES, Snapshot, StoredSession
from workbench.database.turns import recent_turns
from workbench.errors import NotFoundError, UsageError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.topics import EVENT_TYPES
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings

SHOWN_TURNS = 6
"""Turns that a resumption shows: enough to see where one was. The whole window is built with the next question."""

SHOWN_TOKENS = 2_000
"""Most tokens of these turns."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Where a session goes on.

    Parameters
    ----------
    session : StoredSession
        `sequence` is the last stored number of its conversation: the next turn gets the one after it.
    snapshot : Snapshot or None
        Of this place; None before anything was said.
    intact : bool
        Whether the conversation still reads as it did at the snapshot before.
    turns : list of Turn
        The last ones.
    waiting_events : int
        Events in this installation's outbox that Kafka has not taken; while it is not 0, turns may still arrive.
    """

    session: StoredSession
    snapshot: Snapshot | None
    intact: bool
    turns: list[Turn]
    waiting_events: int


class SessionStore:
    """Sessions of one installation.

    Parameters
    ----------
    settings : Settings
    pool : ConnectionPool
        Not closed here.
    outbox : Outbox
        Not closed here.
    """

    def __init__(self, settings: Settings, pool: ConnectionPool, outbox: Outbox) -> None:
        context = settings.context
        self._expiry_s = context.session_expiry_s
        self._rules = SegmentRules(
            context.segment_tokens, gap_s=context.segment_gap_s, topic_shift=context.segment_topics
        )
        self._pool = pool
        self._outbox = outbox

    def get(self, key: SessionKey) -> StoredSession:
        """One session.

        Raises
        ------
        NotFoundError
            When the user has no such session.
        StoreUnavailableError
            When PostgreSQL is not there.
        """
        with self._pool.connection("read a session") as connection, connection.transaction():
            return _there(key, sessions.session(connection, key, expiry_s=self._expiry_s))

    def put(
        self,
        key: SessionKey,
        *,
        state: dict[str, Any] | None = None,
        closed: bool = False,
        expected_version: int | None = None,
    ) -> StoredSession:
        """Store a state, close a session, or open a closed or expired one again.

        Parameters
        ----------
        key : SessionKey
        state : dict, optional
            JSON object; without it the stored one stays.
        closed : bool
        expected_version : int, optional
            What must be stored now, 0 for nothing.

        Raises
        ------
        UsageError
            When the state is larger than `STATE_BYTES`.
        ConflictError
            When another version is stored.
        StoreUnavailableError
            When PostgreSQL is not there.
        """
        text = None if state is None else msgspec.json.encode(state)
        if text is not None and len(text) > STATE_BYTES:
            raise UsageError(f"a session's state has at most {STATE_BYTES:,} bytes as JSON, this has {len(text):,}")
        with self._pool.connection("store a session") as connection, connection.transaction():
            before = sessions.session(connection, key, expiry_s=self._expiry_s)
            sessions.save_state(
                connection,
                key,
                state=None if text is None else text.decode(),
                closed=closed,
                expected_version=expected_version,
                current=0 if before is None else before.version,
            )
            return _there(key, sessions.session(connection, key, expiry_s=self._expiry_s))

    def resume(self, key: SessionKey, *, conversation_id: str | None = None) -> Resumed:
        """Where the session goes on; writes a snapshot of it unless it stands where the last one was taken.

        Raises
        ------
        NotFoundError
            When the user has no such session, or the session no such conversation.
        UsageError
            When the session has expired or is closed; storing its state opens it again.
        StoreUnavailableError
            When PostgreSQL is not there.
        """
        with self._pool.connection("resume a session") as connection, connection.transaction():
            found = _there(
                key, sessions.session(connection, key, expiry_s=self._expiry_s, conversation_id=conversation_id)
            )
            if conversation_id is not None and found.conversation_id != conversation_id:
                raise NotFoundError(f"session {key.session_id!r} has no conversation {conversation_id[:100]!r}")
            if found.status != "active":
                raise UsageError(
                    f"session {key.session_id!r} is {found.status}; begin another one, or open it again by storing its"
                    " state"
                )
            if found.conversation_id is None:
                return Resumed(found, None, True, [], self._outbox.backlog().count)
            last = sessions.last_snapshot(connection, key)
            intact = last is None or sessions.is_intact(connection, key.tenant_id, snapshot=last)
            here = (found.conversation_id, found.sequence, found.version)
            if last is None or not intact or (last.conversation_id, last.sequence, last.state_version) != here:
                last = sessions.take_snapshot(connection, key, found=found)
            recent = recent_turns(
                connection, key.tenant_id, conversation_id=found.conversation_id, budget_tokens=SHOWN_TOKENS
            )
        return Resumed(found, last, intact, recent.turns[-SHOWN_TURNS:], self._outbox.backlog().count)

    def consent(self, tenant_id: str, user_id: str) -> Consent:
        """A user's consent to recall across sessions; no unless given."""
        with self._pool.connection("read a consent") as connection, connection.transaction():
            return consents.consent(connection, tenant_id, user_id)

    def set_consent(self, tenant_id: str, user_id: str, *, allowed: bool) -> Consent:
        """Give or withdraw the consent; it holds from the next question on."""
        with self._pool.connection("store a consent") as connection, connection.transaction():
            return consents.save_consent(connection, tenant_id, user_id, allowed=allowed)

    def last_sequence(self, tenant_id: str, conversation_id: str) -> int:
        """The last number that is stored in a conversation, 0 for an unknown one."""
        with self._pool.connection("read a conversation's place") as connection, connection.transaction():
            return sessions.last_sequence(connection, tenant_id, conversation_id)

    def append(self, events: Sequence[Event], *, expected_sequence: int) -> int:
        """Add events of one conversation right after a place, or not at all; its last number afterwards.

        They are in the context store when this returns, and in the outbox for all other stores. The context worker
        meets them again and changes nothing. When the commit is lost after the outbox has them, they arrive through
        Kafka.

        Parameters
        ----------
        events : sequence of Event
            Of one conversation; those that the context store does not keep (calls) only go to the outbox.
        expected_sequence : int
            The last number that the caller knows of; 0 for a new conversation.

        Raises
        ------
        ConflictError
            When somebody else has added to the conversation; nothing was written. Read, and try again.
        StoreUnavailableError
            When PostgreSQL or the outbox is not there.
        """
        places = {(one.tenant_id, one.conversation_id) for one in events}
        if len(places) != 1:
            raise UsageError(f"events of {len(places)} conversations cannot be appended at one place")
        kept = [(one, decode_payload(one)) for one in events if "context" in EVENT_TYPES[one.event_type].hops]
        if not kept:
            raise UsageError("none of these events has a place in a conversation")
        with self._pool.connection("append to a conversation") as connection, connection.transaction():
            last = sessions.append_expected(connection, kept, self._rules, expected_sequence=expected_sequence)
            self._outbox.append(events)
        return last


def _there(key: SessionKey, found: StoredSession | None) -> StoredSession:
    if found is None:
        raise NotFoundError(
            f"user {key.user_id!r} has no session {key.session_id[:100]!r}; it begins with its first turn"
        )
    return found
