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
    """

    sequence: int
    role: Role
    text: str
    tokens: int
    occurred_at: datetime | None = None
