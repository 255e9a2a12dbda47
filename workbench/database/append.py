"""Append events to their conversations, within the caller's transaction.

Conversations are locked in key order before anything is read, so two writers never hold each other up in
a circle, and what is read under the lock cannot change: which events are stored, the next sequence, the
last segment.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from workbench.context.segments import Segment, SegmentRules
from workbench.database.connection import BoundedConnection
from workbench.database.conversations import Conversation, SourceGap
from workbench.database.rows import COPY_TYPES, StoredMessage, copy_row, stored_message
from workbench.database.statements import statement
from workbench.events.envelope import Event
from workbench.events.payloads import ConversationCompleted, Message, MessageDeleted, MessageEdited, Payload

Key = tuple[str, str]
"""Tenant and conversation."""


@dataclass(frozen=True, slots=True)
class Appended:
    """What one call added, what it had already, and which numbers of the source are missing."""

    added: int
    repeated: int
    gaps: tuple[SourceGap, ...] = ()


def _json(rows: Iterable[Mapping[str, Any] | str]) -> str:
    return msgspec.json.encode(list(rows)).decode()


def _locked(connection: BoundedConnection, keys: Sequence[Key]) -> dict[Key, Conversation]:
    wanted = {"rows": _json({"tenant_id": tenant, "conversation_id": one} for tenant, one in keys)}
    added = {"tenant_ids": [tenant for tenant, _ in keys], "conversation_ids": [one for _, one in keys]}
    connection.execute(statement("write/add_conversations"), added)
    rows = connection.execute(statement("write/lock_conversations"), wanted).fetchall()
    found = {(row[0], row[1]): Conversation(*row) for row in rows}
    begun = [one for one in found.values() if one.segment_count]
    if begun:
        which = {
            "rows": _json(
                {"tenant_id": one.tenant_id, "conversation_id": one.conversation_id, "segment": one.segment_count}
                for one in begun
            )
        }
        for tenant, conversation, *segment in connection.execute(statement("write/last_segments"), which):
            found[tenant, conversation].last_segment = Segment(*segment)  # columns in its order
    return found


def _session_rows(messages: Iterable[tuple[Event, StoredMessage]]) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for event, stored in messages:
        at = event.occurred_at
        key = (event.tenant_id, event.session_id, event.user_id)
        row = rows.setdefault(
            key,
            {
                **dict(zip(("tenant_id", "session_id", "user_id"), key, strict=True)),
                **{"first_at": at, "last_at": at, "message_count": 0, "token_count": 0},
            },
        )
        row["first_at"], row["last_at"] = min(row["first_at"], at), max(row["last_at"], at)
        row["message_count"] += 1
        row["token_count"] += stored.tokens
    return list(rows.values())


def _revise(connection: BoundedConnection, revised: Iterable[tuple[Key, str]], conversations: Iterable[Key]) -> None:
    """Give revised messages their newest text and count again what that changes."""
    targets = sorted(set(revised))
    if targets:
        messages = {
            "tenant_ids": [key[0] for key, _ in targets],
            "conversation_ids": [key[1] for key, _ in targets],
            "message_ids": [message_id for _, message_id in targets],
        }
        connection.execute(statement("write/apply_revisions"), messages)
    if keys := sorted(conversations):
        which = {"tenant_ids": [one for one, _ in keys], "conversation_ids": [one for _, one in keys]}
        connection.execute(statement("write/refresh_revised_segments"), which)
        connection.execute(statement("write/refresh_deleted_count"), which)


def append_events(
    connection: BoundedConnection, events: Sequence[tuple[Event, Payload]], rules: SegmentRules
) -> Appended:
    """Append events that are not stored yet; repeats, within the call or over time, change nothing.

    Parameters
    ----------
    connection : BoundedConnection
        Inside a transaction.
    events : sequence of (Event, Payload)
        In the order of their arrival, which becomes the order of `sequence`.
    rules : SegmentRules
    """
    distinct: dict[str, tuple[Event, Payload]] = {}
    for event, payload in events:
        distinct.setdefault(event.event_id, (event, payload))
    if not distinct:
        return Appended(0, 0)
    keys = list({(event.tenant_id, event.conversation_id) for event, _ in distinct.values()})
    conversations = _locked(connection, keys)
    known = connection.execute(statement("write/known_events"), {"event_ids": _json(distinct)}).fetchall()
    for (event_id,) in known:
        del distinct[event_id]
    if not distinct:
        return Appended(0, len(events))
    touched: dict[Key, Conversation] = {}
    messages: list[tuple[Event, StoredMessage]] = []
    revised: list[tuple[Key, str]] = []
    with connection.cursor() as cursor, cursor.copy(statement("write/copy_events")) as copy:
        copy.set_types(COPY_TYPES)
        for event, payload in distinct.values():
            key = (event.tenant_id, event.conversation_id)
            conversation = touched[key] = conversations[key]
            stored = stored_message(payload) if isinstance(payload, Message | MessageEdited) else None
            sequence = conversation.place(event)
            copy.write_row(copy_row(event, payload, sequence, stored))
            if isinstance(payload, Message) and stored is not None:
                conversation.say(event, sequence, stored)
                messages.append((event, stored))
            elif isinstance(payload, MessageEdited | MessageDeleted):
                conversation.revise()
                revised.append((key, payload.message_id))
            elif isinstance(payload, ConversationCompleted):
                conversation.complete(event, payload)
    gaps: list[SourceGap] = []
    segments: list[dict[str, Any]] = []
    for conversation in touched.values():
        gaps += conversation.source_gaps()
        segments += conversation.segment_rows(rules)
    connection.execute(statement("write/update_conversations"), {"rows": _json(one.row() for one in touched.values())})
    if segments:
        connection.execute(statement("write/save_segments"), {"rows": _json(segments)})
    if messages:
        connection.execute(statement("write/save_sessions"), {"rows": _json(_session_rows(messages))})
    edited = {key for key, one in touched.items() if one.revision_count}
    if edited:
        # An edit may be here before its message is.
        waited = [
            (key, event.event_id)
            for event, _ in messages
            if (key := (event.tenant_id, event.conversation_id)) in edited
        ]
        _revise(connection, [*revised, *waited], edited)
    return Appended(len(distinct), len(events) - len(distinct), tuple(gaps))
