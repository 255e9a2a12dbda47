"""What is learned from: a conversation's turns, and a debate's outcome, as plain values."""

from dataclasses import dataclass
from datetime import datetime

from workbench.events.payloads import Role


@dataclass(frozen=True, slots=True)
class SaidTurn:
    """One turn of a conversation.

    Parameters
    ----------
    message_id : str
        Id of its event.
    role : {"system", "user", "assistant", "tool"}
    text : str
    occurred_at : datetime
        Aware.
    provider : str or None
        Who answered, for an assistant's turn.
    """

    message_id: str
    role: Role
    text: str
    occurred_at: datetime
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class SaidConversation:
    """A completed conversation with its turns in order."""

    conversation_id: str
    user_id: str
    session_id: str
    turns: tuple[SaidTurn, ...]
