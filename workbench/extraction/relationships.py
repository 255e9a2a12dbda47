"""Relationships between entities of one text: by the words between two neighbours, or by standing together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.extraction.spans import EntitySpan
from workbench.extraction.types import ORGANISATION, TECHNOLOGY_TYPES, VERSION

MAX_PAIRS = 30
"""Co-occurring pairs of one text, nearest first: all pairs of 1,000 entities would be half a million."""

_GAP_CHARS = 60
_ADVERB = r"(?:(?:also|only|still|now|just|often|mostly|heavily|internally|directly)\s+)?"
_TYPED = (
    (
        "DEPENDS_ON",
        re.compile(
            rf"^\W*\b{_ADVERB}(?:depends?|relies|rely|depending)\s+(?:up)?on\b|^\W*{_ADVERB}(?:requires?|needs?)\b",
            re.I,
        ),
    ),
    (
        "USES",
        re.compile(
            rf"^\W*{_ADVERB}(?:uses?|using|used|runs?\s+on|running\s+on|built\s+(?:with|on|in)|powered\s+by|written\s+in"
            r"|is\s+(?:built|written)\s+(?:with|on|in)|(?:is\s+)?backed\s+by)\b",
            re.I,
        ),
    ),
    (
        "COMPARED_WITH",
        re.compile(
            r"^\W*(?:(?:is|was|are|looks?|feels?|seems?)\s+)?(?:(?:much|far|a\s+lot|slightly)\s+)?(?:vs\b|versus\b|compared\s+(?:to|with)\b|instead\s+of\b"
            r"|rather\s+than\b|over\b|(?:better|faster|slower|worse|simpler|easier|cheaper|lighter|heavier|safer)\s+than\b"
            r"|or\b)",
            re.I,
        ),
    ),
)
_LINKING = TECHNOLOGY_TYPES | {ORGANISATION}
_THINGS = _LINKING | {VERSION}
_SENTENCE_END = re.compile(r"[.!?;\n](?:\s|$)")


@dataclass(frozen=True, slots=True)
class Relationship:
    """A typed, directed link between two spans of one text, with what shows it: ``[start, end)``."""

    relationship_type: str
    source: EntitySpan
    target: EntitySpan
    start: int
    end: int
    confidence: float
    method: str


def _typed(text: str, spans: Sequence[EntitySpan]) -> Iterator[Relationship]:
    for left, right in pairwise(spans):
        gap = text[left.end : right.start]
        if left.entity_type in TECHNOLOGY_TYPES and right.entity_type == VERSION and right.name.startswith(left.name):
            yield Relationship("HAS_VERSION", left, right, left.start, right.end, 0.95, "adjacent")
            continue
        if len(gap) > _GAP_CHARS or left.entity_type not in _THINGS or right.entity_type not in _LINKING:
            continue
        if left.entity_id == right.entity_id or _SENTENCE_END.search(gap):
            continue
        for relationship_type, pattern in _TYPED:
            if pattern.search(gap):
                yield Relationship(relationship_type, left, right, left.start, right.end, 0.6, "words between")
                break


def _together(spans: Sequence[EntitySpan]) -> Iterator[Relationship]:
    first: dict[str, EntitySpan] = {}
    for one in spans:
        first.setdefault(one.entity_id, one)
    distinct = sorted(first.values(), key=lambda one: one.start)
    emitted = 0
    for distance in range(1, len(distinct)):
        for left, right in zip(distinct, distinct[distance:], strict=False):
            if emitted == MAX_PAIRS:
                return
            emitted += 1
            source, target = sorted((left, right), key=lambda one: one.entity_id)  # undirected: one way round
            confidence = round(left.confidence * right.confidence, 4)
            yield Relationship("CO_OCCURS_WITH", source, target, left.start, right.end, confidence, "same message")


def relationships(text: str, spans: Sequence[EntitySpan]) -> list[Relationship]:
    """Relationships between the spans of a text, each type and pair once.

    ``USES``, ``DEPENDS_ON`` and ``COMPARED_WITH`` by the words between two neighbours of one sentence,
    ``HAS_VERSION`` for a version right after its technology, and ``CO_OCCURS_WITH`` for at most `MAX_PAIRS` pairs.

    Examples
    --------
    >>> from workbench.extraction.entities import extract
    >>> text = "Airflow depends on PostgreSQL."
    >>> [(one.relationship_type, one.source.name, one.target.name) for one in relationships(text, extract(text))]
    [('DEPENDS_ON', 'Apache Airflow', 'PostgreSQL'), ('CO_OCCURS_WITH', 'PostgreSQL', 'Apache Airflow')]
    """
    found: dict[tuple[str, str, str], Relationship] = {}
    for one in (*_typed(text, spans), *_together(spans)):
        found.setdefault((one.relationship_type, one.source.entity_id, one.target.entity_id), one)
    return list(found.values())
