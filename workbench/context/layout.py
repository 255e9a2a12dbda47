"""How a window's tokens are shared out, and how what is in it is cited. Pure.

From the beginning to the end: what is pinned, the past (shortened), the recent turns as they were said, what was found
for the question, what documents say, the question. The first three change seldom, so that a provider's prompt cache
finds them again; the rest is new with each question and stands last, where models heed it most.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

PAST_RATIO = 0.10
"""Share of the window for the shortened past. It holds what no question has asked for yet; more of it takes places from
what was found for the question, which keeps more gold evidence for the same tokens (docs/window.md)."""

RECENT_RATIO = 0.40
"""Most of the window for the newest turns, as they were said: they carry the thread, and they are the part that begins
the next window, too. At 0.3 a point more of gold evidence is in a window of 2k and the stable prefix is a quarter
shorter; at 0.5 three points less."""

DOCUMENT_RATIO = 0.20
"""Share for documents where any are found; what they do not take goes to the turns that were found."""

PINNED_RATIO = 0.15
"""Most of the window that pinned turns take; whoever pins more than that keeps the newest of them."""

LONG_TURN_RATIO = 0.25
"""A turn that was found and takes more than this share of its block is cut to its best sentences: one pasted log must
not push out everything else."""

Kind = Literal["pinned", "past", "recent", "evidence", "documents", "request"]
KINDS: tuple[Kind, ...] = ("pinned", "past", "recent", "evidence", "documents", "request")
"""Where a window's tokens go, in the window's order; ``request`` is what the client sent."""


class Chunk(Protocol):
    """A part of a document that was found for a question."""

    @property
    def document_id(self) -> str:
        """Of the document."""
        ...

    @property
    def title(self) -> str:
        """Of the document."""
        ...

    @property
    def position(self) -> int:
        """The chunk's place in the document."""
        ...

    @property
    def text(self) -> str:
        """What it says."""
        ...


@dataclass(frozen=True, slots=True)
class Citation:
    """What of a window came from where.

    Parameters
    ----------
    kind : {"pinned", "past", "recent", "evidence", "documents"}
    turn_id : str
        The turn's event id; empty for a document.
    sequence : int
        The turn's number in the conversation, which the window's text names; 0 for a document.
    whole : bool
        Whether all of the turn or chunk is in the window.
    document_id : str
        Empty for a turn.
    position : int
        The chunk's place in its document.
    score : float
        Of the search; 0 where nothing was searched.
    """

    kind: Kind
    turn_id: str = ""
    sequence: int = 0
    whole: bool = True
    document_id: str = ""
    position: int = 0
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Block:
    """One message that stands for several turns or chunks; empty when there is nothing to say."""

    text: str
    tokens: int
    citations: tuple[Citation, ...]

    def messages(self) -> list[dict[str, str]]:
        """In OpenAI's shape. What users once said is a user's message again: it must not gain a system's authority."""
        return [{"role": "user", "content": self.text}] if self.text else []


NO_BLOCK = Block("", 0, ())


def gaps_between(shown: Sequence[int], *, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Runs of turns, by sequence, that a window does not show.

    Examples
    --------
    >>> gaps_between([3, 4, 8], first=1, last=9)
    ((1, 2), (5, 7), (9, 9))
    """
    found: list[tuple[int, int]] = []
    following = first
    for sequence in sorted(set(shown)):
        if sequence > following:
            found.append((following, min(sequence - 1, last)))
        following = max(following, sequence + 1)
    if following <= last:
        found.append((following, last))
    return tuple(found)
