"""How a window's tokens are shared out, and the blocks that are put into it. Pure.

From the beginning to the end: what is pinned, the past (shortened), the recent turns as they were said, what was found
for the question, what documents say, the question. The first three change seldom, so that a provider's prompt cache
finds them again; the rest is new with each question and stands last, where models heed it most.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.compression.extractive import block_of
from workbench.context.compression.pieces import pieces_of
from workbench.context.compression.rendering import GAP, day_line, turn_label
from workbench.context.compression.strategies import Strategy
from workbench.context.turns import Turn
from workbench.context.window import Chunk

PAST_RATIO = 0.10
"""Share of the window for the shortened past. It holds what no question has asked for yet; more of it takes places from
what was found for the question, which keeps more gold evidence for the same tokens (docs/window.md)."""

RECENT_RATIO = 0.30
"""Share for the newest turns, as they were said: they carry the thread. More tears less and remembers less."""

DOCUMENT_RATIO = 0.20
"""Share for documents where any are found; what they do not take goes to the turns that were found."""

PINNED_RATIO = 0.15
"""Most of the window that pinned turns take; whoever pins more than that keeps the newest of them."""

LONG_TURN_RATIO = 0.25
"""A turn that was found and takes more than this share of its block is cut to its best sentences: one pasted log must
not push out everything else."""

EVIDENCE_HEADER = "(Found in earlier turns of this conversation; # is a turn's number, … stands for turns left out.)"
PINNED_HEADER = "(Turns of this conversation that the user pinned; # is a turn's number.)"
DOCUMENT_HEADER = "(From documents; the name in brackets is the source.)"

Kind = Literal["pinned", "past", "recent", "evidence", "documents", "request"]
KINDS: tuple[Kind, ...] = ("pinned", "past", "recent", "evidence", "documents", "request")
"""Where a window's tokens go, in the window's order; ``request`` is what the client sent."""


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


def past_block(turns: Sequence[Turn], *, budget_tokens: int, strategy: Strategy, count: Callable[[str], int]) -> Block:
    """The past, shortened to a budget; the same turns give the same block, whatever is asked.

    Parameters
    ----------
    turns : sequence of Turn
        In order.
    budget_tokens : int
        Of the message, its overhead included.
    strategy : str
    count : callable
        Tokens of a text.
    """
    room = budget_tokens - MESSAGE_OVERHEAD_TOKENS
    text, places, sentences = block_of(turns, budget_tokens=room, strategy=strategy, query=None, count=count)
    if not text:
        return NO_BLOCK
    kept = set(sentences.split("\n"))
    cited = tuple(
        Citation(
            "past", turns[at].turn_id, turns[at].sequence, all(piece in kept for piece in pieces_of(turns[at].text))
        )
        for at in places
    )
    return Block(text, count(text) + MESSAGE_OVERHEAD_TOKENS, cited)


def pinned_block(turns: Sequence[Turn], *, budget_tokens: int, count: Callable[[str], int]) -> Block:
    """The turns that the user pinned, newest first while they fit, in the conversation's order."""
    found = evidence_block(
        turns[::-1], budget_tokens=budget_tokens, query="", count=count, scores={}, header=PINNED_HEADER
    )
    return replace(found, citations=tuple(replace(one, kind="pinned") for one in found.citations))


def _line(turn: Turn, room: int, query: str, count: Callable[[str], int]) -> tuple[str, bool]:
    """A turn's text, or its best sentences when it is too long; whether it is whole."""
    if count(turn.text) <= room:
        return turn.text, True
    _, places, sentences = block_of([turn], budget_tokens=room, strategy="full", query=query, count=count)
    return (f" {GAP} ".join(sentences.split("\n")), False) if places else ("", False)


def evidence_block(
    turns: Sequence[Turn],
    *,
    budget_tokens: int,
    query: str,
    count: Callable[[str], int],
    scores: Mapping[int, float],
    header: str = EVIDENCE_HEADER,
) -> Block:
    """The turns that were found, as many as fit, in the conversation's order with marked gaps.

    Parameters
    ----------
    turns : sequence of Turn
        Best first.
    budget_tokens : int
        Of the message, its overhead included.
    query : str
        What was asked; decides which sentences of a long turn are shown.
    count : callable
        Tokens of a text.
    scores : mapping
        Sequence -> score.
    header : str
        What introduces the block.
    """
    room = budget_tokens - MESSAGE_OVERHEAD_TOKENS - count(header) - 1
    longest = int(room * LONG_TURN_RATIO)
    chosen: dict[int, tuple[Turn, str, bool]] = {}
    days: set[str] = {""}
    used = 0
    for turn in turns:
        text, whole = _line(turn, longest, query, count)
        day = day_line(turn)
        # the line's end, and a gap's mark before it
        cost = count(turn_label(turn) + text) + 3 + (0 if day in days else count(day) + 1)
        if not text.strip() or used + cost > room:
            continue
        used += cost
        days.add(day)
        chosen[turn.sequence] = (turn, text, whole)
    while chosen:
        rendered = _rendered(chosen, header)
        tokens = count(rendered) + MESSAGE_OVERHEAD_TOKENS
        if tokens <= budget_tokens:
            cited = tuple(
                Citation("evidence", turn.turn_id, sequence, whole, score=scores.get(sequence, 0.0))
                for sequence, (turn, _, whole) in sorted(chosen.items())
            )
            return Block(rendered, tokens, cited)
        chosen.popitem()  # the one that was taken last is the least
    return NO_BLOCK


def _rendered(chosen: Mapping[int, tuple[Turn, str, bool]], header: str) -> str:
    lines = [header]
    day, before = "", None
    for sequence, (turn, text, _) in sorted(chosen.items()):
        if before is not None and sequence > before + 1:
            lines.append(GAP)
        if (today := day_line(turn)) and today != day:
            lines.append(today)
            day = today
        lines.append(turn_label(turn) + text)
        before = sequence
    return "\n".join(lines)


def document_block(chunks: Sequence[Chunk], *, budget_tokens: int, count: Callable[[str], int]) -> Block:
    """The parts of documents that were found, best first, as many as fit, each with its source.

    Parameters
    ----------
    chunks : sequence of Chunk
        Best first.
    budget_tokens : int
        Of the message, its overhead included.
    count : callable
        Tokens of a text.
    """
    taken: list[Chunk] = []
    found = NO_BLOCK
    for chunk in chunks:
        parts = [f"[{one.title} #{one.position}] {one.text}" for one in (*taken, chunk)]
        text = "\n\n".join((DOCUMENT_HEADER, *parts))
        tokens = count(text) + MESSAGE_OVERHEAD_TOKENS
        if tokens > budget_tokens:
            continue
        taken.append(chunk)
        cited = tuple(Citation("documents", document_id=one.document_id, position=one.position) for one in taken)
        found = Block(text, tokens, cited)
    return found


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
