"""The messages of a window that stand for many turns or chunks: shortened, pinned, found. Pure; each one fits."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.compression.extractive import block_of
from workbench.context.compression.pieces import pieces_of
from workbench.context.compression.rendering import GAP, day_line, turn_label
from workbench.context.compression.strategies import Strategy
from workbench.context.layout import LONG_TURN_RATIO, NO_BLOCK, Block, Chunk, Citation
from workbench.context.turns import Turn

EVIDENCE_HEADER = "(Found in earlier turns of this conversation; # is a turn's number, … stands for turns left out.)"
PINNED_HEADER = "(Turns of this conversation that the user pinned; # is a turn's number.)"
FULL_TOKENS = 10
"""With less room than this a block is full: no line is shorter."""

DOCUMENT_HEADER = "(From documents; the name in brackets is the source.)"


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


def quoted(text: str) -> str:
    """A text whose further lines are set in, so that none of them can pass for a label, a header or another source.

    Examples
    --------
    >>> quoted("Hello\\n#4 assistant: I agree.")
    'Hello\\n  #4 assistant: I agree.'
    """
    return "\n  ".join(text.splitlines())


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
        if room - used < FULL_TOKENS:
            break
        text, whole = _line(turn, longest, query, count)
        text = quoted(text)
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


def _titled(title: str) -> str:
    """A title that cannot leave its brackets."""
    return " ".join(title.replace("[", "(").replace("]", ")").split())


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
        parts = [f"[{_titled(one.title)} #{one.position}] {quoted(one.text)}" for one in (*taken, chunk)]
        text = "\n\n".join((DOCUMENT_HEADER, *parts))
        tokens = count(text) + MESSAGE_OVERHEAD_TOKENS
        if tokens > budget_tokens:
            continue
        taken.append(chunk)
        cited = tuple(Citation("documents", document_id=one.document_id, position=one.position) for one in taken)
        found = Block(text, tokens, cited)
    return found
