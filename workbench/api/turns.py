"""Which turns of a request are new: a client of a chat API sends the whole conversation each time (pure)."""

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.api.chat_request import ChatMessage
from workbench.context.parts import content_text
from workbench.events.payloads import Role

KEPT_CONVERSATIONS = 10_000
"""Conversations whose unanswered turns are remembered; a few hundred bytes each."""


@dataclass(frozen=True, slots=True)
class NewTurn:
    """A turn that was said since the last answer.

    Parameters
    ----------
    number : int
        Place among the turns of this request that are new.
    role : str
    text : str
        Parts that are not text by reference (`workbench.context.parts`).
    """

    number: int
    role: Role
    text: str


def turns_since_answer(messages: Sequence[ChatMessage]) -> list[NewTurn]:
    """The user, system and tool turns after the last assistant turn.

    Examples
    --------
    >>> turns_since_answer([ChatMessage("user", "a"), ChatMessage("assistant", "b"), ChatMessage("user", "c")])
    [NewTurn(number=0, role='user', text='c')]
    """
    last_answer = max((at for at, one in enumerate(messages) if one.role == "assistant"), default=-1)
    return [
        NewTurn(number, _role(one), content_text(one.content)) for number, one in enumerate(messages[last_answer + 1 :])
    ]


def _role(message: ChatMessage) -> Role:
    """OpenAI's ``developer`` is what others call ``system``."""
    return "system" if message.role == "developer" else message.role


class UnansweredTurns:
    """Turns that were recorded and got no answer, because the provider failed.

    The client then sends them again, alone or with more; they must not be recorded twice. Kept in memory:
    after a restart such a turn may be recorded a second time, which loses nothing.
    """

    def __init__(self, *, keep: int = KEPT_CONVERSATIONS) -> None:
        self._keep = keep
        self._digests: OrderedDict[tuple[str, str], tuple[bytes, ...]] = OrderedDict()

    def unrecorded(self, key: tuple[str, str], turns: Sequence[NewTurn]) -> list[NewTurn]:
        """The turns beyond those that are recorded already.

        Parameters
        ----------
        key : tuple
            Tenant and conversation.
        turns : sequence of NewTurn
        """
        known = self._digests.get(key, ())
        here = tuple(_digest(turn) for turn in turns)
        return list(turns[len(known) :]) if known and here[: len(known)] == known else list(turns)

    def recorded(self, key: tuple[str, str], turns: Sequence[NewTurn], *, answered: bool) -> None:
        """Note that turns are recorded, and whether they got their answer."""
        self._digests.pop(key, None)
        if not answered and turns:
            self._digests[key] = tuple(_digest(turn) for turn in turns)
            while len(self._digests) > self._keep:
                self._digests.popitem(last=False)


def _digest(turn: NewTurn) -> bytes:
    return hashlib.blake2b(f"{turn.role}\x1f{turn.text}".encode(), digest_size=16).digest()
