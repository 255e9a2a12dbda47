"""Read a conversation's turns and segments for a window."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.turns import Turn
from workbench.context.window import SegmentChoice
from workbench.database.connection import BoundedConnection
from workbench.database.nul import with_nul
from workbench.database.statements import statement

LEAST_TURNS, MOST_TURNS = 1_000, 20_000
LEAST_TURN_TOKENS = 10
"""Tokens of a short turn, its overhead included. As many turns are looked at for the end of a window as would fill
it at that length: with fewer, a talk that fits would not be seen whole. `MOST_TURNS` bounds the largest."""

SEGMENT_LIMIT = 64
"""Most segments that are weighed for a window: at 2,000 tokens each, 128,000 tokens."""


@dataclass(frozen=True, slots=True)
class RecentTurns:
    """The end of a conversation.

    Parameters
    ----------
    turns : list of Turn
        In order, system turns left out.
    system : Turn or None
        The newest system turn, however far back.
    message_count : int
        Turns that are stored.
    complete : bool
        Whether nothing but these is stored.
    """

    turns: list[Turn]
    system: Turn | None
    message_count: int
    complete: bool


def turn_of(row: Sequence[Any]) -> Turn:
    """A turn from a row of the queries below, from its sequence on.

    The speaker of what a user said is the user; who or what speaks in another role is not known here.
    """
    sequence, role, text, nul_offsets, tokens, occurred_at, event_id, user_id, session_id = row
    speaker = user_id if role == "user" else ""
    return Turn(sequence, role, with_nul(text, nul_offsets), tokens, occurred_at, event_id, speaker, session_id)


def recent_turns(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, budget_tokens: int
) -> RecentTurns:
    """The newest turns of a conversation that fit a budget; none for one that is not stored.

    Parameters
    ----------
    connection : BoundedConnection
    tenant_id : str
    conversation_id : str
    budget_tokens : int
        The overhead of each turn included.
    """
    rows = connection.execute(
        statement("read/recent_turns"),
        {
            "tenant_id": tenant_id,
            "conversation_id": conversation_id,
            "turn_limit": min(MOST_TURNS, max(LEAST_TURNS, budget_tokens // LEAST_TURN_TOKENS)),
            "budget_tokens": budget_tokens,
            "overhead_tokens": MESSAGE_OVERHEAD_TOKENS,
        },
    ).fetchall()
    message_count = rows[0][0] if rows else 0
    turns = [turn_of(row[1:]) for row in rows if row[1] is not None]
    system = next((turn for turn in reversed(turns) if turn.role == "system"), None)
    talk = [turn for turn in turns if turn.role != "system"]
    return RecentTurns(talk, system, message_count, len(turns) == message_count)


def segments_by_priority(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, before_sequence: int, budget_tokens: int
) -> list[SegmentChoice]:
    """Segments that end before a place and fit a budget, highest priority first."""
    rows = connection.execute(
        statement("read/segments_by_priority"),
        {
            "tenant_id": tenant_id,
            "conversation_id": conversation_id,
            "before_sequence": before_sequence,
            "budget_tokens": budget_tokens,
            "overhead_tokens": MESSAGE_OVERHEAD_TOKENS,
            "segment_limit": SEGMENT_LIMIT,
        },
    )
    return [SegmentChoice(*row) for row in rows]


def turns_of_segments(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, segments: Sequence[int]
) -> list[Turn]:
    """The turns of some segments, in order, system turns left out."""
    rows = connection.execute(
        statement("read/turns_of_segments"),
        {"tenant_id": tenant_id, "conversation_id": conversation_id, "segments": list(segments)},
    )
    return [turn for row in rows if (turn := turn_of(row[1:])).role != "system"]
