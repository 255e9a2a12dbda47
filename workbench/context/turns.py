"""One turn of a conversation, as the pure parts of this package see it."""

from dataclasses import dataclass
from datetime import datetime

from workbench.events.payloads import Role


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody said.

    Parameters
    ----------
    sequence : int
        Place within the conversation, from 1; 0 for a turn that is not stored yet.
    role : {"system", "user", "assistant", "tool"}
    text : str
    tokens : int
        Estimated tokens of the text, without a message's overhead.
    occurred_at : datetime or None
        When it was said; None for a turn that is not stored yet.
    turn_id : str
        Its event's id, which citations name; empty for a turn that is not stored yet.
    speaker : str
        Who said it: the user's id or name; empty when that is not known.
    session_id : str
    """

    sequence: int
    role: Role
    text: str
    tokens: int
    occurred_at: datetime | None = None
    turn_id: str = ""
    speaker: str = ""
    session_id: str = ""
