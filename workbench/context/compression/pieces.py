"""Cut turns into pieces that can be kept or left out alone: sentences, lines of code."""

import re
from collections.abc import Iterator

MOST_CHARS = 20_000
"""Characters of one turn that are read, its beginning and its end: a pasted log of megabytes must hold nobody up."""

TAIL_CHARS = 6_000
"""Of these, so many are the end: what a long paste is about stands before it or after it."""

LONGEST_PIECE = 400
"""Characters of a piece; a longer sentence is cut between words, or else one paragraph would eat a small budget."""

_FENCE = "```"
_SENTENCE = re.compile(r"(?<=[.!?…])[\"')\]]*\s+")


def _short(piece: str) -> Iterator[str]:
    while len(piece) > LONGEST_PIECE:
        cut = piece.rfind(" ", LONGEST_PIECE // 2, LONGEST_PIECE)
        cut = cut if cut > 0 else LONGEST_PIECE
        yield piece[:cut]
        piece = piece[cut:].lstrip()
    if piece:
        yield piece


def read_part(text: str) -> str:
    """The part of a text that is read; what is left out of a very long one is marked.

    Examples
    --------
    >>> read_part("short")
    'short'
    """
    if len(text) <= MOST_CHARS:
        return text
    return f"{text[: MOST_CHARS - TAIL_CHARS]}\n…\n{text[-TAIL_CHARS:]}"


def pieces_of(text: str) -> list[str]:
    """The pieces of a turn's text, in order; together they are all that is read of it but for the white space.

    Examples
    --------
    >>> pieces_of("We moved. It works!")
    ['We moved.', 'It works!']
    """
    found: list[str] = []
    fenced = False
    for line in read_part(text).splitlines():
        if line.strip().startswith(_FENCE):
            fenced = not fenced
            continue
        parts = [line.rstrip()] if fenced else _SENTENCE.split(line.strip())
        found += [piece for part in parts if part.strip() for piece in _short(part)]
    return found
