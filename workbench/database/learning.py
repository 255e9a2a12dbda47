"""Tables of cross-session learning: what waits, profiles, patterns, insights. Within the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from workbench.database.connection import BoundedConnection
from workbench.database.nul import with_nul
from workbench.database.statements import statement

Key = tuple[str, str]
"""Tenant and conversation."""


def _json(rows: Iterable[Mapping[str, Any]]) -> str:
    return msgspec.json.encode(list(rows)).decode()


@dataclass(frozen=True, slots=True)
class StoredTurn:
    """One turn as it reads now; `text` is None when it was moved to the lake."""

    event_id: str
    role: str
    text: str | None
    occurred_at: datetime
    provider: str | None
    user_id: str
    session_id: str


def add_events(connection: BoundedConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Note events as arrived; see ``queries/context/learning/add_events.sql`` for the fields."""
    if rows:
        connection.execute(statement("learning/add_events"), {"rows": _json(rows)})


def add_conversations(connection: BoundedConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let completed conversations wait to be learned from."""
    if rows:
        connection.execute(statement("learning/add_conversations"), {"rows": _json(rows)})


def add_debates(connection: BoundedConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep debates; of several rows about one debate the one with the lowest event id counts."""
    if rows:
        one: dict[tuple[str, str], Mapping[str, Any]] = {}
        for row in sorted(rows, key=lambda row: str(row["event_id"])):
            one.setdefault((row["tenant_id"], row["debate_id"]), row)
        connection.execute(statement("learning/add_debates"), {"rows": _json(one.values())})


def waiting_conversations(connection: BoundedConnection, *, patience_s: float, limit: int) -> list[Key]:
    """Completed conversations that were not learned from yet."""
    wanted = {"patience_s": patience_s, "row_limit": limit}
    return [(row[0], row[1]) for row in connection.execute(statement("learning/waiting_conversations"), wanted)]


def grown_conversations(connection: BoundedConnection, *, profile_version: int, limit: int) -> list[Key]:
    """Conversations that went on, or were edited, after they were learned from."""
    wanted = {"profile_version": profile_version, "row_limit": limit}
    return [(row[0], row[1]) for row in connection.execute(statement("learning/grown_conversations"), wanted)]


def tenants(connection: BoundedConnection, *, waiting_debates: bool = False) -> list[str]:
    """Tenants that anything was learned about, or only those with debates that wait."""
    name = "learning/waiting_debates" if waiting_debates else "learning/tenants"
    return [row[0] for row in connection.execute(statement(name))]


def lock_tenant(connection: BoundedConnection, tenant_id: str) -> None:
    """Wait until no other learner works on this tenant; the lock ends with the transaction."""
    connection.execute(statement("learning/lock_tenant"), {"tenant_id": tenant_id}).fetchall()


def conversation_state(connection: BoundedConnection, tenant_id: str, *, conversation_id: str) -> tuple[int, int]:
    """How many messages and revisions of a conversation are stored."""
    wanted = {"tenant_id": tenant_id, "conversation_id": conversation_id}
    row = connection.execute(statement("learning/conversation_state"), wanted).fetchone()
    return (0, 0) if row is None else (int(row[0]), int(row[1]))


def stored_turns(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, limit: int
) -> list[StoredTurn]:
    """The first turns of a conversation by sequence, edited ones as they read now, deleted ones left out."""
    wanted = {"tenant_id": tenant_id, "conversation_id": conversation_id, "row_limit": limit}
    return [
        StoredTurn(event_id, role, None if text is None else with_nul(text, nul_offsets), at, provider, user, session)
        for event_id, role, text, nul_offsets, at, provider, user, session in connection.execute(
            statement("learning/turns"), wanted
        )
    ]


def save_profile(
    connection: BoundedConnection,
    key: Key,
    *,
    profile: bytes | None,
    last_at: datetime | None,
    state: tuple[int, int],
    version: int,
    keep: bool = False,
) -> None:
    """Keep a conversation's profile, or with `keep` only note that it was looked at."""
    given: dict[str, Any] = {
        "tenant_id": key[0],
        "conversation_id": key[1],
        "messages": state[0],
        "revisions": state[1],
        "profile_version": version,
    }
    if keep:
        connection.execute(statement("learning/keep_profile"), given)
        return
    text = None if profile is None else profile.decode().replace("\\u0000", "\\u2400")  # PostgreSQL cannot hold U+0000
    connection.execute(statement("learning/save_profile"), {**given, "profile": text, "last_at": last_at})


def profiles(connection: BoundedConnection, tenant_id: str, *, debates: bool, limit: int) -> list[str]:
    """JSON of a tenant's newest profiles, of conversations or of debates."""
    name = "learning/debates" if debates else "learning/profiles"
    return [row[0] for row in connection.execute(statement(name), {"tenant_id": tenant_id, "row_limit": limit})]


def replace_patterns(connection: BoundedConnection, tenant_id: str, *, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write a tenant's patterns in place of those before."""
    connection.execute(statement("learning/drop_patterns"), {"tenant_id": tenant_id})
    connection.execute(statement("learning/add_patterns"), {"tenant_id": tenant_id, "rows": _json(rows)})
    connection.execute(statement("learning/mark_debates"), {"tenant_id": tenant_id})


def tell_insights(
    connection: BoundedConnection, tenant_id: str, *, rows: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Write insights that are new or of a new version, and note which hold now."""
    wanted = {"tenant_id": tenant_id, "rows": _json(rows), "created_at": now}
    connection.execute(statement("learning/add_insights"), wanted)
    ids = [str(row["insight_id"]) for row in rows]
    connection.execute(statement("learning/hold_insights"), {"tenant_id": tenant_id, "insight_ids": ids})


def _rows(connection: BoundedConnection, name: str, wanted: Mapping[str, Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(statement(name), wanted)
    names = [one.name for one in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def waiting_count(connection: BoundedConnection) -> int:
    """How much is still to be learned from, or to be told."""
    row = connection.execute(statement("learning/waiting_count")).fetchone()
    return 0 if row is None else int(row[0])


def unpublished_insights(connection: BoundedConnection, *, limit: int) -> list[dict[str, Any]]:
    """Insights that were not handed to the outbox yet; columns as in the query's header."""
    return _rows(connection, "learning/unpublished_insights", {"row_limit": limit})


def mark_published(connection: BoundedConnection, event_ids: Sequence[str]) -> None:
    """Note that insights are in the outbox."""
    connection.execute(statement("learning/mark_published"), {"event_ids": list(event_ids)})


def insights(connection: BoundedConnection, tenant_id: str, *, limit: int) -> list[dict[str, Any]]:
    """A tenant's insights that hold, the newest first; columns as in ``queries/context/learning/insights.sql``."""
    return _rows(connection, "learning/insights", {"tenant_id": tenant_id, "row_limit": limit})


def patterns(connection: BoundedConnection, tenant_id: str, *, pattern_type: str, limit: int) -> list[dict[str, Any]]:
    """A tenant's patterns of a type (or ``all``), the surest first; columns as in the query's header."""
    wanted = {"tenant_id": tenant_id, "pattern_type": pattern_type, "row_limit": limit}
    return _rows(connection, "learning/patterns", wanted)
