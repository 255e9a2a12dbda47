"""Sessions of users: their state, where they stand, snapshots, consent, and appending where one expects to.

Everything is by tenant and user: two users who name their sessions alike have two sessions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.context.segments import SegmentRules
from workbench.context.sessions import SessionKey
from workbench.database.append import append_events
from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.errors import ConflictError
from workbench.events.envelope import Event
from workbench.events.payloads import Payload

STATE_BYTES = 64 * 1024
"""Most bytes of a session's state: it is a note of where somebody was, not a store."""


@dataclass(frozen=True, slots=True)
class StoredSession:
    """One session; see ``queries/context/sessions/session.sql`` for the fields."""

    status: str
    version: int
    state: str
    active_at: datetime
    expires_at: datetime
    conversation_id: str | None
    sequence: int
    segment: int
    message_count: int
    token_count: int
    conversation_count: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Where a session stood; `turns_sha256` is a digest of all that was said up to `sequence`."""

    snapshot: int
    conversation_id: str
    sequence: int
    segment: int
    message_count: int
    token_count: int
    turns_sha256: str
    state_version: int
    taken_at: datetime


def session(
    connection: BoundedConnection, key: SessionKey, *, expiry_s: float, conversation_id: str | None = None
) -> StoredSession | None:
    """One session, None when the user has no such session.

    Parameters
    ----------
    connection : BoundedConnection
    key : SessionKey
    expiry_s : float
        Seconds of silence after which it has expired.
    conversation_id : str, optional
        One of its conversations instead of the one in which something was last said.
    """
    wanted = key.parameters() | {"expiry_s": expiry_s, "conversation_id": conversation_id}
    row = connection.execute(statement("sessions/session"), wanted).fetchone()
    return None if row is None else StoredSession(*row)


def save_state(
    connection: BoundedConnection,
    key: SessionKey,
    *,
    state: str | None,
    closed: bool = False,
    expected_version: int | None = None,
    current: int = 0,
) -> int:
    """Store a session's state; the new version.

    Parameters
    ----------
    connection : BoundedConnection
    key : SessionKey
    state : str or None
        JSON; None keeps what is stored.
    closed : bool
        Whether it is closed from now on.
    expected_version : int, optional
        What must be stored now, 0 for nothing; by default whatever is.
    current : int
        Version that the caller has just read, for the message.

    Raises
    ------
    ConflictError
        When another version is stored.
    """
    wanted = key.parameters() | {"state": state, "closed": closed, "expected": expected_version}
    row = connection.execute(statement("sessions/save_state"), wanted).fetchone()
    if row is None:
        raise ConflictError(
            f"session {key.session_id!r} is not at version {expected_version} but at {current}; read it again, then"
            " try again",
            current=current,
        )
    return int(row[0])


def last_snapshot(connection: BoundedConnection, key: SessionKey) -> Snapshot | None:
    """The newest snapshot, None before the first."""
    row = connection.execute(statement("sessions/last_snapshot"), key.parameters()).fetchone()
    return None if row is None else Snapshot(*row)


def take_snapshot(connection: BoundedConnection, key: SessionKey, *, found: StoredSession) -> Snapshot:
    """Write down where a session stands, as it was just read."""
    where = {
        "conversation_id": found.conversation_id,
        "sequence": found.sequence,
        "segment": found.segment,
        "message_count": found.message_count,
        "token_count": found.token_count,
        "state_version": found.version,
    }
    row = connection.execute(statement("sessions/take_snapshot"), key.parameters() | where).fetchone()
    assert row is not None  # noqa: S101 - an INSERT of one row returns it
    return Snapshot(*row)


def is_intact(connection: BoundedConnection, tenant_id: str, *, snapshot: Snapshot) -> bool:
    """Whether the conversation still reads, up to the snapshot, as it did when the snapshot was taken."""
    where = {
        "tenant_id": tenant_id,
        "conversation_id": snapshot.conversation_id,
        "sequence": snapshot.sequence,
    }
    row = connection.execute(statement("sessions/digest_turns"), where).fetchone()
    return row is not None and row[0] == snapshot.turns_sha256


def last_sequence(connection: BoundedConnection, tenant_id: str, conversation_id: str) -> int:
    """The last number that is stored in a conversation, 0 for an unknown one."""
    row = connection.execute(
        statement("sessions/last_sequence"), {"tenant_id": tenant_id, "conversation_id": conversation_id}
    ).fetchone()
    return 0 if row is None else int(row[0])


def require_sequence(current: int, *, expected: int, conversation_id: str) -> None:
    """Refuse an expectation that does not hold.

    Raises
    ------
    ConflictError
    """
    if current != expected:
        raise ConflictError(
            f"conversation {conversation_id[:100]!r} stands at sequence {current}, not at {expected}: somebody else"
            " has added to it; read what is new, then try again",
            current=current,
        )


def append_expected(
    connection: BoundedConnection,
    events: Sequence[tuple[Event, Payload]],
    rules: SegmentRules,
    *,
    expected_sequence: int,
) -> int:
    """Append events of one conversation right after a place, or not at all; its last number afterwards.

    The conversation's row is locked from the look to the commit, and every writer locks it: two who expect the same
    place never interleave, and the second gets the error.

    Parameters
    ----------
    connection : BoundedConnection
        Inside a transaction.
    events : sequence of (Event, Payload)
        Of one conversation; those that are stored already change nothing.
    rules : SegmentRules
    expected_sequence : int
        The last number that the caller knows of; 0 for a new conversation.

    Raises
    ------
    ConflictError
        When another number is the last one; nothing was written.
    """
    where = {"tenant_id": events[0][0].tenant_id, "conversation_id": events[0][0].conversation_id}
    connection.execute(
        statement("write/add_conversations"),
        {"tenant_ids": [where["tenant_id"]], "conversation_ids": [where["conversation_id"]]},
    )
    row = connection.execute(statement("sessions/lock_sequence"), where).fetchone()
    current = 0 if row is None else int(row[0])
    require_sequence(current, expected=expected_sequence, conversation_id=where["conversation_id"])
    return current + append_events(connection, events, rules).added
