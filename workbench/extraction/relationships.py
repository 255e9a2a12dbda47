"""Relationships between entities of one text: by the words around two neighbours, or by standing together."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from workbench.extraction.relation_patterns import ACTORS, PATTERNS, WHOLES, Pattern
from workbench.extraction.spans import EntitySpan
from workbench.extraction.stance import factor
from workbench.extraction.types import COMMON_NOUN_TYPES, VERSION

MAX_PAIRS = 30
"""Co-occurring pairs of one text, nearest first: all pairs of 1,000 entities would be half a million."""

_GAP_CHARS = 90  # between two entities; further apart they say little about each other
_SENTENCE_CHARS = 200  # of a sentence that is looked at before the first and after the second entity
_LISTED = 0.9  # factor for the further members of a list: "uses Kafka, Redis and Neo4j"
_LINKING = ACTORS | WHOLES
_SENTENCE_END = re.compile(r"(?<!\bvs)[.!?;](?=\s|$)|\n")
_AND = re.compile(r"^(?:[ ]?,[ ]?(?:and[ ]|or[ ])?|[ ](?:and|or|as well as|&)[ ])(?:the[ ])?$")
_THEN = re.compile(r"^[ ]?,?[ ](?:and|but|then)[ ](?:(?:then|also|now|later)[ ])?(?=[a-z])")
_LIST_GOES_ON = re.compile(r"[ ]?(?:,|and|or)[ ]+(?:and[ ])?[A-Z]")
_MOST_LISTED = 8  # members of one list


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


def _sentence_before(text: str, start: int) -> str:
    low = max(0, start - _SENTENCE_CHARS)
    return _SENTENCE_END.split(text[low:start])[-1]


def _sentence_after(text: str, end: int) -> str:
    stop = _SENTENCE_END.search(text, end, end + _SENTENCE_CHARS)
    return text[end : stop.end() if stop else end + _SENTENCE_CHARS]


def _pattern(before: str, between: str, left: EntitySpan, right: EntitySpan) -> Pattern | None:
    for one in PATTERNS:
        source, target = (right, left) if one.inverse else (left, right)
        if source.entity_type not in one.sources or target.entity_type not in one.targets:
            continue
        if (one.before is None or one.before.search(before)) and one.between.search(between):
            return one
    return None


def _parted(text: str, end: int, start: int) -> str | None:
    """The words between two entities of one sentence; None when they are too far apart."""
    between = text[end:start]
    return None if len(between) > _GAP_CHARS or _SENTENCE_END.search(between) else between


def _typed(text: str, spans: Sequence[EntitySpan], ends: Mapping[int, int]) -> Iterator[Relationship]:
    """Links by words; `ends` says where a name ends together with its version, by the name's start."""
    listed: list[EntitySpan] = []  # what the left one is listed with: "X and Y use Z"
    known: _Said | None = None  # the link before, which a list goes on with: "uses X, Y"
    subject: EntitySpan | None = None
    aside = False  # between commas: "Adam Smith, CTO of Acme, uses Rust"
    for left, right in pairwise(spans):
        between = _parted(text, ends.get(left.start, left.end), right.start)
        if between is None:
            listed, known, subject, aside = [], None, None, False
            continue
        before = _sentence_before(text, (listed[0] if listed else left).start)
        if subject is None and not before.strip(" \"'“‘(*-"):
            subject = left  # the sentence begins with it
        others = [*listed, left]
        if _AND.match(between):
            listed = others[-_MOST_LISTED:]
            yield from _alternatives(text, left, right, between, before)
            if known is not None:
                yield from _links(known.pattern, known.others, right, known.confidence * _LISTED)
            continue
        listed = []
        carried = _THEN.sub(" ", between, count=1) if _THEN.match(between) else None
        if carried is not None and subject is not None:  # "reads from X and writes to Y": the subject goes on
            others, between = [subject], carried
        elif aside and subject is not None and between.lstrip().startswith(","):
            others = [subject]
        known = _said(text, before, between, others, right)
        if known is not None:
            yield from _links(known.pattern, known.others, right, known.confidence)
            aside = between.lstrip().startswith(",") and not known.pattern.inverse
            subject = known.others[0] if not known.pattern.inverse else right


@dataclass(frozen=True, slots=True)
class _Said:
    """A pattern that matched, its ends on the left, and how sure it is."""

    pattern: Pattern
    others: list[EntitySpan]
    confidence: float


def _said(text: str, before: str, between: str, others: list[EntitySpan], right: EntitySpan) -> _Said | None:
    matched = _pattern(before, between, others[-1], right)
    if matched is None:
        return None
    comparison = matched.relationship_type == "COMPARED_WITH"
    said = factor(before, between, _sentence_after(text, right.end), comparison=comparison)
    return _Said(matched, [one for one in others if _fits(matched, one, right)], matched.confidence * said)


def _alternatives(text: str, left: EntitySpan, right: EntitySpan, between: str, before: str) -> Iterator[Relationship]:
    """What a list itself says: "X or Y", "difference between X and Y", "Paris, France"."""
    pattern = _pattern(before, between, left, right)
    if pattern is None:
        return
    if pattern.relationship_type == "LOCATED_IN" and _LIST_GOES_ON.match(text, right.end):
        return
    yield from _links(pattern, [left], right, pattern.confidence)


def _links(one: Pattern, others: Sequence[EntitySpan], right: EntitySpan, confidence: float) -> Iterator[Relationship]:
    for number, other in enumerate(reversed(others)):
        source, target = (right, other) if one.inverse else (other, right)
        if source.entity_id != target.entity_id and _fits(one, other, right):
            sure = round(confidence * (_LISTED if number else 1), 4)
            low, high = min(other.start, right.start), max(other.end, right.end)
            yield Relationship(one.relationship_type, source, target, low, high, sure, "words between")


def _fits(one: Pattern, left: EntitySpan, right: EntitySpan) -> bool:
    source, target = (right, left) if one.inverse else (left, right)
    return source.entity_type in one.sources and target.entity_type in one.targets


def _is_version_of(left: EntitySpan, right: EntitySpan) -> bool:
    return right.entity_type == VERSION and right.name.startswith(f"{left.name} ")


def _versions(spans: Sequence[EntitySpan]) -> Iterator[Relationship]:
    for left, right in pairwise(spans):
        if _is_version_of(left, right):
            yield Relationship("HAS_VERSION", left, right, left.start, right.end, 0.95, "adjacent")


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
    """Relationships between the spans of a text, each type and pair once, the surest.

    Typed by the words around two neighbours of one sentence (`workbench.extraction.relation_patterns`),
    ``HAS_VERSION`` for a version right after its technology, and ``CO_OCCURS_WITH`` for at most `MAX_PAIRS` pairs.
    What is denied or only supposed has a lower confidence (`workbench.extraction.stance`).

    Examples
    --------
    >>> from workbench.extraction.entities import extract
    >>> text = "Airflow depends on PostgreSQL."
    >>> [(one.relationship_type, one.source.name, one.target.name) for one in relationships(text, extract(text))]
    [('DEPENDS_ON', 'Apache Airflow', 'PostgreSQL'), ('CO_OCCURS_WITH', 'PostgreSQL', 'Apache Airflow')]
    """
    named = [one for one in spans if one.entity_type not in COMMON_NOUN_TYPES]
    linking = [one for one in named if one.entity_type in _LINKING]
    ends = {left.start: right.end for left, right in pairwise(named) if _is_version_of(left, right)}
    found: dict[tuple[str, str, str], Relationship] = {}
    for one in (*_versions(named), *_typed(text, linking, ends), *_together(named)):
        key = (one.relationship_type, one.source.entity_id, one.target.entity_id)
        if key not in found or found[key].confidence < one.confidence:
            found[key] = one
    return list(found.values())
