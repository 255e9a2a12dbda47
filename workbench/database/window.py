"""Read what a window is made of: a conversation's size, single turns, turns before a place, pinned turns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.context.turns import Turn
from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.database.turns import turn_of

PINNED_LIMIT = 100
"""Most pinned turns that are read; a window has room for fewer."""


@dataclass(frozen=True, slots=True)
class Totals:
    """A conversation's size: turns, their tokens without overhead, and how often one was edited or deleted."""

    message_count: int
    token_count: int
    revision_count: int


def totals(connection: BoundedConnection, tenant_id: str, *, conversation_id: str) -> Totals:
    """A conversation's size; all zero for one that is not stored."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id}
    row = connection.execute(statement("window/totals"), parameters).fetchone()
    return Totals(*(row or (0, 0, 0)))


def turns_by_sequence(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, sequences: Sequence[int]
) -> list[Turn]:
    """Some turns, in order; those that are deleted or no turns are left out."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id, "sequences": list(sequences)}
    return [turn_of(row) for row in connection.execute(statement("window/turns_by_sequence"), parameters)]


def turns_before(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, before_sequence: int, turn_limit: int
) -> list[Turn]:
    """The last turns before a place, in order."""
    parameters = {
        "tenant_id": tenant_id,
        "conversation_id": conversation_id,
        "before_sequence": before_sequence,
        "turn_limit": turn_limit,
    }
    return [turn_of(row) for row in connection.execute(statement("window/turns_before"), parameters)]


def pinned_turns(connection: BoundedConnection, tenant_id: str, *, conversation_id: str) -> list[Turn]:
    """The turns that the user pinned, in order."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id, "turn_limit": PINNED_LIMIT}
    return [turn_of(row) for row in connection.execute(statement("window/pinned_turns"), parameters)]


def segments_of_turns(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, sequences: Sequence[int]
) -> list[int]:
    """Numbers of the segments that hold some turns, in order."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id, "sequences": list(sequences)}
    return [segment for (segment,) in connection.execute(statement("window/segments_of_turns"), parameters)]


@dataclass(frozen=True, slots=True)
class ConversationStats:
    """What is stored of a conversation; columns as in ``queries/context/window/stats.sql``."""

    message_count: int
    token_count: int
    name_count: int
    segment_count: int
    compressed_segments: int
    archived_segments: int
    first_at: datetime | None
    last_at: datetime | None
    status: str
    snapshot: str | None


def conversation_stats(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str
) -> ConversationStats | None:
    """What is stored of a conversation; None for an unknown one."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id}
    row = connection.execute(statement("window/stats"), parameters).fetchone()
    return None if row is None else ConversationStats(*row)


def replay_turns(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, turn_limit: int
) -> list[tuple[Turn, str | None]]:
    """The newest turns with the models that said them, in order."""
    parameters = {"tenant_id": tenant_id, "conversation_id": conversation_id, "turn_limit": turn_limit}
    rows = connection.execute(statement("window/replay_turns"), parameters)
    return [(turn_of(row[:-1]), row[-1]) for row in rows]
