"""A text cut once into atoms (runs of letters and digits) and sentences, for every rule that goes word by word."""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

_ATOM = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[.!?;](?=\s)|\n")


@dataclass(frozen=True)
class Atoms:
    """A text's atoms in order.

    Parameters
    ----------
    text : str
    starts, ends : list of int
        Characters ``[start, end)`` of each atom.
    folded : list of str
        Each atom without case.
    """

    text: str
    starts: list[int]
    ends: list[int]
    folded: list[str]

    @cached_property
    def stops(self) -> list[int]:
        """Where sentences end."""
        return [found.end() for found in _SENTENCE_END.finditer(self.text)]

    def sentence(self, position: int) -> int:
        """Number of the sentence that a position lies in."""
        return bisect_right(self.stops, position)

    def word(self, at: int) -> str:
        """An atom as it is written."""
        return self.text[self.starts[at] : self.ends[at]]


def atoms_of(text: str) -> Atoms:
    """The atoms of a text.

    Examples
    --------
    >>> atoms_of("C++ and snake_case").folded
    ['c', 'and', 'snake', 'case']
    """
    starts: list[int] = []
    ends: list[int] = []
    folded: list[str] = []
    for found in _ATOM.finditer(text):
        start, end = found.span()
        starts.append(start)
        ends.append(end)
        folded.append(found.group().casefold())
    return Atoms(text, starts, ends, folded)


def starts_sentence(text: str, start: int) -> bool:
    """Whether nothing but spaces and quotes stands between a sentence's end (or the text's start) and here."""
    at = start - 1
    while at >= 0 and text[at] in " \t\"'“‘([*_>":
        at -= 1
    return at < 0 or text[at] in ".!?…:;\n\r-•–—"
