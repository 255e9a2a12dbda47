"""What users say of turns and segments: pinned, and feedback. Kept apart from what follows from events."""

from dataclasses import dataclass

from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement
from workbench.errors import NotFoundError, UsageError


@dataclass(frozen=True, slots=True)
class Mark:
    """What is kept of a turn; `feedback` is -1, 0 or 1."""

    turn_id: str
    pinned: bool
    feedback: int


def mark_turn(
    connection: BoundedConnection,
    tenant_id: str,
    *,
    conversation_id: str,
    turn_id: str,
    pinned: bool | None = None,
    feedback: int | None = None,
) -> Mark:
    """Pin or unpin a turn, or keep feedback on it; None leaves what is there. A repeat changes nothing.

    A segment has the marks of its turns: pinned when one of them is, feedback as their sum from -1 to 1.

    Raises
    ------
    NotFoundError
        When the tenant has no such turn in that conversation.
    UsageError
        When feedback is not -1, 0 or 1.
    """
    if feedback not in (None, -1, 0, 1):
        raise UsageError(f"feedback is -1, 0 or 1, not {feedback}")
    given = {"tenant_id": tenant_id, "conversation_id": conversation_id, "turn_id": turn_id}
    found = connection.execute(
        statement("marks/mark_turn"), {**given, "pinned": pinned, "feedback": feedback}
    ).fetchone()
    if found is None:
        raise NotFoundError(f"conversation {conversation_id} has no turn {turn_id}; see: workbench context segments")
    return Mark(turn_id, *found)


def mark_segment(
    connection: BoundedConnection,
    tenant_id: str,
    *,
    conversation_id: str,
    segment: int,
    pinned: bool | None = None,
    feedback: int | None = None,
) -> list[Mark]:
    """Mark a whole segment: by its first turn, or every turn that has a mark already.

    Raises
    ------
    NotFoundError
        When the tenant has no such segment in that conversation.
    UsageError
        When feedback is not -1, 0 or 1.
    """
    which = {"tenant_id": tenant_id, "conversation_id": conversation_id, "segment": segment}
    turns = connection.execute(statement("marks/turns_of_segment"), which).fetchall()
    if not turns:
        raise NotFoundError(f"conversation {conversation_id} has no segment {segment}; see: workbench context segments")
    marked = [turn_id for turn_id, known in turns if known] or [turns[0][0]]
    return [
        mark_turn(
            connection, tenant_id, conversation_id=conversation_id, turn_id=turn_id, pinned=pinned, feedback=feedback
        )
        for turn_id in marked
    ]
