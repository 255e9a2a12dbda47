"""The project's own lists of names (``lists/``, one file a type) and what a spelling may look like in a text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from workbench.extraction.types import (
    ALGORITHM,
    CLASS_NAME,
    COMMON_NOUN_TYPES,
    CONCEPT,
    METRIC,
    ORGANISATION,
    PLACE,
    PRODUCT,
    TECHNOLOGY_TYPES,
)

_ATOM = re.compile(r"[^\W_]+")
_ANY_CASE_FROM = 3  # letters; a shorter name in other letters ("go", "r") is an everyday word
_CLASS_ANY_CASE_FROM = 6  # letters: "dataframe" is DataFrame, "set" is no Set
_BY_FLAG = COMMON_NOUN_TYPES | {PLACE, ORGANISATION}  # everyday by flag alone: small talk writes "netflix" too
_TERM_TYPES = COMMON_NOUN_TYPES | {ALGORITHM, CONCEPT, METRIC, PRODUCT, CLASS_NAME}


@dataclass(frozen=True)
class Entry:
    """One spelling of one listed name.

    Parameters
    ----------
    entity_type, name : str
    spelling : str
    everyday : bool
        An everyday word too: it needs a sign that the text is technical (a place needs none).
    any_case : bool
        Whether other letters, e.g. ``kafka``, are the same name.
    """

    entity_type: str
    name: str
    spelling: str
    everyday: bool
    any_case: bool

    @property
    def technical(self) -> bool:
        """Whether it names a technology of any kind."""
        return self.entity_type in TECHNOLOGY_TYPES

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The spelling at a position: any spaces, a hyphen for a space, a plural where it is a common noun."""
        term = self.entity_type in _TERM_TYPES or self.technical
        gap = r"(?:\s{1,3}|-)" if term else r"\s{1,3}"
        body = gap.join(re.escape(part) for part in self.spelling.split())
        if term:
            body = body.replace(r"\-", r"[-–\s]")
        if self.plural:
            body += r"(?:e?s)?"
        return re.compile(body, re.IGNORECASE if self.any_case else 0)

    @property
    def plural(self) -> bool:
        """Whether an ``s`` may follow: a common noun by its lower-case last letter, or an acronym."""
        last = self.spelling[-1]
        noun = self.entity_type in _TERM_TYPES or (
            self.technical and (self.spelling.islower() or self.spelling.isupper())
        )
        return noun and last.isalpha() and last not in "sS"


def data_lines(name: str) -> list[str]:
    """Lines of a file of ``lists/``, without comments."""
    text = files(__package__).joinpath("lists", name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


@lru_cache(maxsize=8)
def words(name: str) -> frozenset[str]:
    """The words of a word list, e.g. ``signs``."""
    return frozenset(word for line in data_lines(f"{name}.txt") for word in line.split())


def common_words() -> frozenset[str]:
    """Everyday words in lower case."""
    return words("common_words")


def listed_types() -> list[str]:
    """Types that have a list, by the lists' file names."""
    lists = files(__package__).joinpath("lists").iterdir()
    return sorted(one.name.removesuffix(".tsv") for one in lists if one.name.endswith(".tsv"))


def atoms_of_spelling(spelling: str) -> tuple[str, ...]:
    """Its atoms without case."""
    return tuple(found.group().casefold() for found in _ATOM.finditer(spelling))


def _entry(entity_type: str, name: str, spelling: str, flag: str) -> Entry:
    if entity_type in _BY_FLAG:
        everyday = flag == "1"
    else:
        everyday = (flag in {"1", "2"} and spelling.isalpha()) or spelling.casefold() in common_words()
    any_case = flag == "2" or (spelling == spelling.lower() and entity_type in _TERM_TYPES)
    if entity_type == CLASS_NAME:
        any_case = len(spelling) >= _CLASS_ANY_CASE_FROM
    if not any_case and entity_type in TECHNOLOGY_TYPES | {PRODUCT}:
        any_case = not everyday and len(spelling) >= _ANY_CASE_FROM
    return Entry(entity_type, name, spelling, everyday, any_case)


@lru_cache(maxsize=1)
def entries() -> tuple[Entry, ...]:
    """Every spelling of every list."""
    found: list[Entry] = []
    for entity_type in listed_types():
        for line in data_lines(f"{entity_type}.tsv"):
            name, others, flag, *_ = (*line.split("\t"), "", "")
            found.extend(_entry(entity_type, name, one, flag) for one in (name, *filter(None, others.split("|"))))
    return tuple(found)


@lru_cache(maxsize=1)
def by_atoms() -> dict[tuple[str, ...], tuple[Entry, ...]]:
    """Atoms of a spelling -> its entries, the longer spelling first ("C++" before "C")."""
    found: dict[tuple[str, ...], list[Entry]] = {}
    for one in entries():
        key = atoms_of_spelling(one.spelling)
        found.setdefault(key, []).append(one)
        if one.plural and len(one.spelling) > 1:
            for ending in ("s", "es"):
                found.setdefault((*key[:-1], key[-1] + ending), []).append(one)
    return {key: tuple(sorted(many, key=lambda one: (-len(one.spelling), one.spelling))) for key, many in found.items()}


@lru_cache(maxsize=1)
def longest_by_first_atom() -> dict[str, int]:
    """First atom -> atoms of the longest spelling that begins with it."""
    found: dict[str, int] = {}
    for key in by_atoms():
        found[key[0]] = max(found.get(key[0], 0), len(key))
    return found


def listed_spellings() -> Iterator[tuple[str, str, str]]:
    """Every spelling with the type and the canonical name that it stands for."""
    return ((one.spelling, one.entity_type, one.name) for one in entries())


@lru_cache(maxsize=1)
def technology_names() -> frozenset[str]:
    """Every listed spelling of a technology, in lower case (``node.js`` is no file)."""
    return frozenset(one.spelling.casefold() for one in entries() if one.technical)
