"""People by their names' form: a known given name, an initial, a title, or words that only people come with."""

import re
from collections.abc import Iterator

from workbench.extraction.bodies import telling_words
from workbench.extraction.entries import common_words, words
from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.types import PERSON

_CAPITALISED = r"[^\W\d_a-zß-öø-ÿ][^\W\d_A-Z]{1,30}"
_NAME = rf"(?:(?:Mc|Mac|O['’]|D['’]|Le|La|De|Van)?{_CAPITALISED}(?:-{_CAPITALISED}){{0,2}})"
_PARTICLE = r"(?:(?:van|von|de|der|den|la|le|el|al|bin|di|da|del)[ ]){1,2}"
_INITIALS = r"(?:[A-Z]\.[ ]?(?:-[A-Z]\.[ ]?)?){1,3}"
_BEGIN = r"(?<![\w@#/\\.\-])"
_END = r"(?![\w@])"
_FULL = re.compile(
    # Looked at from every word, because "Actor Harrison Ford" must not hide "Harrison Ford".
    rf"{_BEGIN}(?=(?P<whole>(?P<given>{_NAME})[ ](?:(?P<initial>{_INITIALS})[ ]?)?(?:{_PARTICLE})?(?P<last>{_NAME})"
    rf"(?:[ ](?P<third>{_NAME}))?){_END})"
)
_INITIALED = re.compile(rf"{_BEGIN}{_INITIALS}[ ]?(?:{_PARTICLE})?(?P<last>{_NAME}){_END}")
_TITLED = re.compile(
    r"(?<!\w)(?:Dr|Prof|Professor|Mr|Mrs|Ms|Sir|Dame|President|Senator|Judge)\.?[ ]"
    rf"(?P<name>{_NAME}(?:[ ](?:{_INITIALS}[ ]?)?{_NAME}){{0,2}}){_END}"
)
_INTRODUCED = re.compile(
    r"\b(?:[Ii]['’]m|[Ii][ ]am|[Mm]y[ ]name(?:[ ]is|['’]s)|[Cc]all[ ]me|[Tt]his[ ]is)[ ]"
    rf"(?P<name>{_NAME}(?:[ ]{_NAME}){{0,2}})(?=[ ]?(?:[,.!;(\n]|from\b|at\b|and\b|here\b|$))"
)


def _plain(word: str) -> bool:
    """Whether a word may be a surname: no telling word, no everyday one."""
    return word not in telling_words() and word.casefold() not in common_words()


def people(text: str) -> Iterator[EntitySpan]:
    """Spans of people's names, in no particular order."""
    given = words("given_names")
    for found in _FULL.finditer(text):
        known = found["given"] in given
        if not (known or found["initial"]) or found["last"] in telling_words():
            continue
        if not known and (not _plain(found["given"]) or not _plain(found["last"])):
            continue
        third = found["third"]
        keep = third is not None and _plain(third) and third not in given
        if third in telling_words():
            continue
        end = found.end("whole") if keep or third is None else found.end("last")
        yield span(
            PERSON,
            text[found.start() : end],
            found.start(),
            end,
            confidence=0.85 if known else 0.7,
            method="given name",
        )
    for pattern, method, confidence in ((_TITLED, "title", 0.85), (_INTRODUCED, "introduction", 0.8)):
        for found in pattern.finditer(text):
            if _plain(found["name"].split(" ")[0]) or found["name"].split(" ")[0] in given:
                yield span(PERSON, found["name"], *found.span("name"), confidence=confidence, method=method)
    for found in _INITIALED.finditer(text):
        if _plain(found["last"]):
            yield span(PERSON, found.group(), *found.span(), confidence=0.7, method="initials")
