"""What a capitalised name of unknown kind is, by the words around it: a person, a place, an organisation, a product."""

import re

from workbench.extraction.entries import words
from workbench.extraction.types import NAME, ORGANISATION, PERSON, PLACE, PRODUCT

_REACH = 40  # characters to either side that are looked at


def _any(some: str) -> str:
    """A pattern for one of some words, of which each may be a pattern."""
    return "(?:" + "|".join(some.split()) + ")"


_STAYS = _any(
    "live lives lived living born based located headquartered move moves moved moving raised travel travels travell?ed"
    " travell?ing fly flew flying visit visits visited visiting offices? city town village region country state"
)
_WORKS = _any(
    "works? worked working interned hired job engineers? developers? scientists? analysts? managers? CEO CTO team"
)
_FIRM = _any("joined founded co-?founded acquired customer client vendor supplier company startup firm")
_WHO = _any(
    "colleagues? boss manager friend brother sister wife husband son daughter father mother professor researcher author"
    " engineer developer designer director scientist actor actress singer told asked? met thanks hi hello hey dear cc"
)
_OFFERED = _any("launched released unveiled installed (?:app|tool|program)[ ]called")
_DOES = _any(
    "et[ ]al says? said writes? wrote asks asked told thinks? argued proposed invented co-?founded works? worked left"
    " joined lives? lived prefers? received won earned studied taught published married retired died graduated replied"
    " suggested wants? likes?"
)
_WARES = _any("app robot phone laptop tablet watch chatbot assistant toolkit software series console plugin package")
_BEFORE = (
    (PLACE, re.compile(rf"\b{_STAYS}[ ](?:(?:down|back|over|out)[ ])?(?:(?:in|to|near|at|from|of)[ ])?(?:the[ ])?$")),
    (ORGANISATION, re.compile(rf"\b(?:{_WORKS}[ ](?:at|for|of)|{_FIRM})[ ](?:the[ ])?$")),
    (PERSON, re.compile(rf"\b{_WHO}[ ,]{{1,2}}$", re.IGNORECASE)),
    (PRODUCT, re.compile(rf"\b{_OFFERED}[ ](?:the[ ])?$")),
)
_AFTER = (
    (PERSON, re.compile(rf"[ ]{_DOES}\b")),
    (PRODUCT, re.compile(rf"[ ]{_WARES}\b")),
    (PLACE, re.compile(r",?[ ](?:city|county|province|district|village|river|island)\b")),
    (ORGANISATION, re.compile(r"[ ](?:employees|customers|shares|engineers|headquarters)\b")),
)
_BY_WHOM = re.compile(r"\b(?:by|with|from|of)[ ](?:the[ ])?$|&[ ]$")


def kind_of(text: str, start: int, end: int) -> tuple[str, float, str]:
    """Type, confidence and method of a capitalised name; ``name`` when nothing around it tells.

    Examples
    --------
    >>> kind_of("she lives in Provo now", 13, 18)
    ('place', 0.6, 'words before')
    """
    before = text[max(0, start - _REACH) : start]
    after = text[end : end + _REACH]
    for entity_type, pattern in _AFTER:
        if pattern.match(after):
            return entity_type, 0.6, "words after"
    for entity_type, pattern in _BEFORE:
        if pattern.search(before):
            return entity_type, 0.6, "words before"
    name = text[start:end].split(" ")
    if len(name) in {2, 3} and _BY_WHOM.search(before) and not any(word.isupper() for word in name):
        return PERSON, 0.5, "words before"
    if len(name) == 1 and name[0] in words("given_names"):
        return PERSON, 0.6, "given name"
    return NAME, 0.6 if len(name) > 1 else 0.5, "capitals"
