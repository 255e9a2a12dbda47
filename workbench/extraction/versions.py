"""Versions: of a technology named just before ("Kafka 3.9", "Python 3"), ``v1.2``, and bare numbers of three parts."""

import re
from collections.abc import Callable, Iterator

from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import PRODUCT, TECHNOLOGY_TYPES, VERSION

_DOTTED = re.compile(
    r"(?<![\w.$€£/])(?P<v>[vV])?(?P<n>\d{1,5}(?:\.\d{1,6}){1,3}(?:-?(?:rc|alpha|beta|dev|post)\.?\d{0,4})?)(?![\w%]|\.\d)"
)
# A whole number after a name is its version only where no counted thing follows: "Kafka 3 times" is none.
_WHOLE = re.compile(
    r"(?<=[^\W_][ ])(?P<n>\d{1,4})(?=[ ]?(?:$|[.,;:!?)\n]|(?:and|or|is|was|to|on|in|with|has|does|for|but|as|which|that"
    r"|adds?|supports?|still|already|from|at|by|vs|into|the|before|after|since|cluster|server|instead|because|when|if|now|today|everywhere|too)\b))(?!\.\d)"
)
_GAP = 12  # characters between a technology and its version, as in "Kafka, version 4.4"
_LINKS = frozenset({"", "v", "version", "ver", "ver.", "release"})
_OWNERS = TECHNOLOGY_TYPES | {PRODUCT}


def versions(text: str, before: Callable[[int], EntitySpan | None]) -> Iterator[EntitySpan]:
    """Spans of versions; `before` gives the span that ends last before a position."""
    for found in _DOTTED.finditer(text):
        number = found["n"]
        owner = before(found.start())
        gap = text[owner.end : found.start()] if owner and found.start() - owner.end <= _GAP else None
        if owner and owner.entity_type in _OWNERS and gap is not None and gap.strip(" ,-=><~^(").lower() in _LINKS:
            yield span(VERSION, f"{owner.name} {number}", *found.span(), confidence=0.95, method="pattern")
        elif found["v"]:
            yield span(VERSION, number, *found.span(), confidence=0.8, method="pattern")
        elif number.count(".") == 2:
            yield span(VERSION, number, *found.span(), confidence=0.6, method="pattern")
    for found in _WHOLE.finditer(text):
        owner = before(found.start())
        if owner and owner.entity_type in _OWNERS and owner.end + 1 == found.start():
            yield span(VERSION, f"{owner.name} {found['n']}", *found.span(), confidence=0.8, method="pattern")
