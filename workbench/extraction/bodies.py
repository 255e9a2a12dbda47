"""Organisations, conferences, places and prizes whose name has a telling word ("University", "Inc", "Symposium").

A run of capitalised words with such a word in it is one name, connectors included: *National University of Sciences
and Technology*. A second telling word after *and* begins another name, and so does one after *of the* that follows a
name without any: *Kevin Warwick of the University of Reading*.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from workbench.extraction.atoms import starts_sentence
from workbench.extraction.entries import common_words, data_lines
from workbench.extraction.spans import EntitySpan, span

_CAP = r"(?:(?:Inc|Ltd|Co|Corp|Bros|St|[A-Z])\.|[^\W\d_a-zß-öø-ÿ][\w'’\-]{0,30})"
_LINK = r"(?:[ ](?:of|for|on|de|des|del|der|fur|für)(?:[ ](?:the|la))?|[ ],?[ ]?(?:and|&)(?:[ ]the)?|,[ ]?and)"
_RUN = re.compile(rf"(?<![\w@#'’./\\\-])(?:(?:19|20)\d\d[ ])?{_CAP}(?:{_LINK}?[ ]{_CAP}){{0,14}}")
_PIECE = re.compile(rf"({_LINK})?[ ]({_CAP})")
_SINGLE = re.compile(_CAP)
_MOST_WORDS = 16
_ROLES = frozenset(
    {
        "Fellow",
        "President",
        "Vice-President",
        "Secretary",
        "Director",
        "Chair",
        "Chairman",
        "Member",
        "Professor",
        "Dean",
        "Head",
        "Editor",
        "Treasurer",
    }
)


@lru_cache(maxsize=1)
def telling_words() -> dict[str, str]:
    """Telling word -> the type of the names that it makes."""
    found = {}
    for line in data_lines("telling_words.txt"):
        entity_type, _, some = line.partition(": ")
        found.update(dict.fromkeys(some.split(), entity_type))
    return found


def _split(run: str) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """Cut a run where another name begins: offset, then pairs of link and word."""
    telling = telling_words()
    first = _SINGLE.search(run)
    if first is None:
        return
    start, words = 0, [("", run[: first.end()])]
    told = first.group().rstrip(".") in telling
    for found in _PIECE.finditer(run, first.end()):
        link, word = (found[1] or "").strip(" ,"), found[2]
        if words[-1][1] in _ROLES and len(words) == 1 and link:  # "Fellow of the Royal Society" names the society
            start, words, told = found.start(2), [("", word)], word.rstrip(".") in telling
            continue
        ahead = word.rstrip(".") in telling
        rest = [one[2].rstrip(".") for one in _PIECE.finditer(run, found.start())] if link else []
        joins = not link or told or (link.startswith("of") and not any(one in telling for one in rest))
        if link.split(" ")[0] in {"and", "&"}:
            within = any(one.strip().startswith(("of", "for", "on")) for one, _ in words)
            joins = told and within and "the" not in link and not any(one in telling for one in rest)
        if joins:
            words.append((found[1] or "", word))
        else:
            yield start, words
            start, words, told = found.start(2), [("", word)], False
        told = told or ahead
    yield start, words


def telling_names(text: str) -> Iterator[EntitySpan]:
    """Spans of names with a telling word, in the order of the text."""
    telling = telling_words()
    for found in _RUN.finditer(text):
        if not any(word.rstrip(".") in telling for word in found.group().split(" ")):
            continue
        for offset, words in _split(found.group()):
            start = found.start() + offset
            kinds = [kind for _, word in words if (kind := telling.get(word.rstrip(".")))]
            if starts_sentence(text, start):
                while words and words[0][1].casefold() in common_words() and words[0][1] not in telling:
                    start += len(words[0][1]) + 1 + (len(words[1][0]) if len(words) > 1 else 0)
                    words = words[1:]
            if not kinds or len(words) < 2:
                continue
            name = "".join(f"{link} {word}" for link, word in words)[1:]
            if text[start : start + len(name)] == name:
                yield span(
                    kinds[-1] if len(words) < _MOST_WORDS else "name",
                    name.removesuffix("."),  # "Acme Inc." is Acme Inc
                    start,
                    start + len(name),
                    confidence=0.75,
                    method="telling word",
                )
