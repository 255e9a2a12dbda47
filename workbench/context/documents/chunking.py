"""Cut a document into chunks: at headings, and within a long section at the best border near its middle (pure).

The chunks are the text itself, cut: joined again they give it back, but for blank lines between them. The
same text gives the same chunks; an edit changes the chunks of the sections that it touches.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.catalogue.tokens import count_tokens
from workbench.context.documents.reading import Document, MediaType

CHUNK_TOKENS = 300
"""Most tokens of a chunk: two or three paragraphs. Longer ones leave room for fewer in a window and say less
exactly what is in them, and a sentence vector reads 256 tokens; shorter ones tear what belongs together."""

CHUNKING_VERSION = 1
"""Of these rules; documents cut by others are cut again when they are added."""

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t#]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BORDERS = tuple(re.compile(pattern) for pattern in (r"\n[ \t]*\n+", r"\n", r"(?<=[.!?;。！？])\s", r"\s"))
"""Where a long section is cut, best first: between paragraphs, lines, sentences, words."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document.

    Parameters
    ----------
    position : int
        From 0, in the document's order.
    headings : tuple of str
        The headings above it, outermost first, its own last.
    text : str
        As it stands in the document, its own heading's line included.
    tokens : int
        In the store's tokenizer.
    """

    position: int
    headings: tuple[str, ...]
    text: str
    tokens: int


def chunk(document: Document, *, budget_tokens: int = CHUNK_TOKENS) -> list[Chunk]:
    """Cut a document.

    Parameters
    ----------
    document : Document
    budget_tokens : int
        Most tokens of a chunk, at least 16.

    Examples
    --------
    >>> from workbench.context.documents.reading import read_document
    >>> for one in chunk(read_document(b"# Lag\\n\\nBehind.\\n\\n## Why\\n\\nSlow.", source="lag.md")):
    ...     print(one.position, one.headings, one.tokens)
    0 ('Lag',) 5
    1 ('Lag', 'Why') 5
    """
    found: list[Chunk] = []
    for headings, text in sections(document.text, document.media_type):
        for piece in _pieces(text, max(16, budget_tokens)):
            if piece.strip():
                found.append(Chunk(len(found), headings, piece.strip("\n"), count_tokens(piece.strip("\n"))))
    return found


def sections(text: str, media_type: MediaType) -> Iterator[tuple[tuple[str, ...], str]]:
    """A text by its headings; a heading right under another stays with what follows it.

    Headings are the lines that begin with ``#``, outside fenced code. Plain text is one section.
    """
    if media_type != "text/markdown":
        yield (), text
        return
    path: list[tuple[int, str]] = []
    begun: list[str] = []
    said, fence = False, ""
    for line in text.splitlines(keepends=True):
        opening = _FENCE.match(line)
        if opening and (not fence or opening[1].startswith(fence)):
            fence = "" if fence else opening[1]
        heading = None if fence or opening else _HEADING.match(line.rstrip("\n"))
        if heading and said:
            yield tuple(name for _, name in path), "".join(begun)
            begun, said = [], False
        if heading:
            level = len(heading[1])
            path = [*((above, name) for above, name in path if above < level), (level, heading[2].strip()[:200])]
        elif line.strip():
            said = True
        begun.append(line)
    if begun:
        yield tuple(name for _, name in path), "".join(begun)


def _pieces(text: str, budget_tokens: int) -> Iterator[str]:
    waiting = [text]
    while waiting:
        piece = waiting.pop()
        if len(piece) < 2 or count_tokens(piece) <= budget_tokens:
            yield piece
        else:
            at = _border(piece)
            waiting += [piece[at:], piece[:at]]


def _border(text: str) -> int:
    """Where to cut: at the best kind of border within the middle half, nearest to the middle."""
    low, middle, high = len(text) // 4, len(text) // 2, len(text) - len(text) // 4
    fenced = _fenced(text)
    for border in _BORDERS:
        places = [found.end() for found in border.finditer(text, low, high)]
        whole = [place for place in places if not _inside(fenced, place)]
        if whole:
            return min(whole, key=lambda place: abs(place - middle))
    for border in _BORDERS[1:]:  # nothing but code here: between its lines
        places = [found.end() for found in border.finditer(text, low, high)]
        if places:
            return min(places, key=lambda place: abs(place - middle))
    return middle


def _inside(spans: list[tuple[int, int]], place: int) -> bool:
    before = bisect_left(spans, (place, 0)) - 1
    return before >= 0 and place < spans[before][1]


def _fenced(text: str) -> list[tuple[int, int]]:
    """Spans of fenced code; one that is not closed reaches to the end."""
    spans: list[tuple[int, int]] = []
    begun: tuple[int, str] | None = None
    at = 0
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if found and begun is None:
            begun = (at, found[1])
        elif found and begun is not None and found[1].startswith(begun[1]):
            spans.append((begun[0], at + len(line)))
            begun = None
        at += len(line)
    return [*spans, (begun[0], len(text))] if begun else spans
