"""Read what a window is made of: a conversation's size, single turns, turns before a place, pinned turns."""

from collections.abc import Sequence
from dataclasses import dataclass

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
