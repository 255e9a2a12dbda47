"""Choose pieces under a token budget: as much as possible of what must not be lost, nothing twice.

The value of a selection is the weighted share of distinct items and content words that it covers. What is covered
already adds nothing, so a piece that repeats others is passed over, as by maximal marginal relevance (Carbonell and
Goldstein, 1998). Such a function is submodular: taking the piece with the most new value for its tokens, evaluated
lazily, is the greedy algorithm of Lin and Bilmes, "A Class of Submodular Functions for Document Summarization", 2011.
"""

import heapq
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.context.compression.facets import Item, items_of
from workbench.context.compression.pieces import pieces_of
from workbench.context.signals import signals_of
from workbench.context.turns import Turn

Unit = tuple[str, str]
"""An item, or a content word as ``("words", word)`` and ``("words", "run word")``, or a commitment with its text."""

_CONTENT_WORD = re.compile(r"[^\W\d_]{4,}")

WEIGHTS: Mapping[str, float] = {
    "entities": 1.0,
    "numbers": 1.0,
    "dates": 1.0,
    "negations": 1.0,
    "code": 2.0,
    "words": 5.0,
    "asked": 0.5,
    "commitments": 0.5,
    "query": 5.0,
}
"""What the whole of a kind is worth. The five kinds are worth about the same, because each is a share of the quality;
identifiers count double, because they are said once and cannot be guessed from what is left. Content
words get as much as all five: without them only sentences with names and numbers would be left, and what was done or
felt would be lost (measured by gold evidence on LoCoMo). The words of a question get little: its answer says more."""

RUNS_OF_TURNS = (100, 50)
"""A content word is worth something once in the whole, and once more in each run of so many turns: what was talked
about again later is not said by what was kept of the first time."""

RARE_CAP = 3
"""A word said more often than this in what is compressed counts as often as this: talk repeats itself."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence or a line of a turn.

    Parameters
    ----------
    turn : int
        Place of its turn among the turns that are compressed.
    text : str
    tokens : int
    items : frozenset of Item
    words : frozenset of str
        Content words, cut to six letters, so that "painted" and "painting" are one.
    commits : bool
    """

    turn: int
    text: str
    tokens: int
    items: frozenset[Item]
    words: frozenset[str]
    commits: bool


def content_words(text: str) -> frozenset[str]:
    """Words of four letters and more, lower case, cut to six letters.

    Examples
    --------
    >>> sorted(content_words("I painted it; the painting is done."))
    ['done', 'painte', 'painti']
    """
    return frozenset(word[:6] for word in _CONTENT_WORD.findall(text.casefold()))


def cut(turns: Sequence[Turn], count: Callable[[str], int]) -> list[Piece]:
    """The pieces of some turns, in order."""
    return [
        Piece(at, text, count(text), items_of(text), content_words(text), signals_of(text).commitment)
        for at, turn in enumerate(turns)
        for text in pieces_of(turn.text)
    ]


def _units(piece: Piece, asked: frozenset[str]) -> Iterable[Unit]:
    yield from piece.items
    kind = "asked" if piece.text.endswith("?") else "words"
    for word in piece.words:
        yield (kind, word)
        if word in asked:
            yield ("query", f"{piece.turn} {word}")
        if kind == "words":
            for turns in RUNS_OF_TURNS:
                yield ("words", f"{turns} {piece.turn // turns} {word}")
    if piece.commits:
        yield ("commitments", piece.text)


def unit_values(
    pieces: Sequence[Piece], *, asked: frozenset[str] = frozenset(), weights: Mapping[str, float] = WEIGHTS
) -> dict[Unit, float]:
    """What covering each unit is worth: its kind's weight, shared out among the kind's units.

    Words share by how rare they are: a word that is everywhere says nothing.
    """
    found = Counter(unit for piece in pieces for unit in _units(piece, asked))
    raw: dict[Unit, float] = {}
    for unit, times in found.items():
        rarity = math.log((1 + len(pieces)) / times) if unit[0] == "words" else 1.0
        raw[unit] = rarity * min(times, RARE_CAP) ** 0.5 if unit[0] == "words" else rarity
    whole: Counter[str] = Counter()
    for (kind, _), value in raw.items():
        whole[kind] += value  # type: ignore[assignment]
    return {unit: weights[unit[0]] * value / whole[unit[0]] for unit, value in raw.items() if whole[unit[0]] > 0}


class Opening(Protocol):
    """What it costs to introduce a turn of which nothing is kept yet: number, speaker, date."""

    def cost(self, turn: int) -> int:
        """Tokens; 0 when the turn is introduced already."""
        ...

    def open(self, turn: int) -> None:
        """The turn is introduced."""
        ...


class Coverage:
    """What is kept so far, and what it costs; grows piece by piece.

    Parameters
    ----------
    pieces : sequence of Piece
    values : mapping
        Of `unit_values`.
    opening : Opening
    asked : frozenset of str
        Content words of the question.
    """

    def __init__(
        self,
        pieces: Sequence[Piece],
        values: Mapping[Unit, float],
        *,
        opening: Opening,
        asked: frozenset[str] = frozenset(),
    ) -> None:
        self._pieces = pieces
        self._values = values
        self._units = [tuple(_units(piece, asked)) for piece in pieces]
        self._opening = opening
        self._covered: set[Unit] = set()
        self.kept: dict[int, None] = {}
        """Places of the pieces, in the order in which they were taken."""
        self.tokens = 0

    def cost(self, place: int) -> int:
        """Tokens that keeping a piece adds, at least 1."""
        piece = self._pieces[place]
        return max(1, piece.tokens + self._opening.cost(piece.turn))

    def gain(self, place: int) -> float:
        """Value that keeping a piece adds."""
        return sum(self._values.get(unit, 0.0) for unit in self._units[place] if unit not in self._covered)

    def keep(self, place: int) -> None:
        """Keep a piece."""
        self.tokens += self.cost(place)
        self.kept[place] = None
        self._opening.open(self._pieces[place].turn)
        self._covered.update(self._units[place])

    def fill(self, places: Iterable[int], *, budget_tokens: int) -> None:
        """Keep of some pieces the best for their tokens while the whole stays within a budget.

        Equal pieces are taken in the conversation's order, so the result is the same each time.
        """
        heap = [(-self.gain(at) / self.cost(at), at) for at in places if at not in self.kept]
        heapq.heapify(heap)
        while heap:
            _, at = heapq.heappop(heap)
            cost = self.cost(at)
            if self.tokens + cost > budget_tokens:
                continue
            worth = -self.gain(at) / cost
            if worth >= 0:
                continue
            if heap and worth > heap[0][0]:
                heapq.heappush(heap, (worth, at))
                continue
            self.keep(at)
