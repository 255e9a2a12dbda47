"""The hand-labelled sentences of ``relation_sentences*.tsv`` and how relationships score on them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench.extraction import extract
from workbench.extraction.relationships import Relationship, relationships
from workbench.extraction.scoring import Score

DEVELOPMENT = Path(__file__).with_name("relation_sentences.tsv")
UNSEEN = Path(__file__).with_name("relation_sentences_unseen.tsv")
LOWERED = 0.45  # confidences at or under it say "denied or only supposed"
_LABEL = re.compile(r"(?P<mark>[!?]?)(?P<type>[A-Z_]+)\((?P<source>[^,]+), (?P<target>[^)]+)\)")

Fact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    facts: dict[Fact, str]


def sentences(file: Path) -> Iterator[Sentence]:
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            text, _, labels = line.partition("\t")
            found = _LABEL.finditer(labels)
            yield Sentence(text, {(one["type"], one["source"], one["target"]): one["mark"] for one in found})


def typed(text: str) -> dict[Fact, Relationship]:
    found = relationships(text, extract(text))
    return {
        (one.relationship_type, one.source.name, one.target.name): one
        for one in found
        if one.relationship_type != "CO_OCCURS_WITH"
    }


def scored(file: Path) -> tuple[Score, Score, list[str]]:
    """Relationships right whatever their stance; stances right among those; what went wrong, a line each."""
    right = given = expected = stance = 0
    wrong = []
    for one in sentences(file):
        found = typed(one.text)
        both = found.keys() & one.facts.keys()
        right, given, expected = right + len(both), given + len(found), expected + len(one.facts)
        stance += sum((found[fact].confidence <= LOWERED) == bool(one.facts[fact]) for fact in both)
        wrong += [f"missed {fact} in: {one.text}" for fact in sorted(one.facts.keys() - found.keys())]
        wrong += [f"made up {fact} in: {one.text}" for fact in sorted(found.keys() - one.facts.keys())]
        wrong += [
            f"stance of {fact} is {found[fact].confidence} in: {one.text}"
            for fact in sorted(both)
            if (found[fact].confidence <= LOWERED) != bool(one.facts[fact])
        ]
    return Score(right, given, expected), Score(stance, right, right), wrong
