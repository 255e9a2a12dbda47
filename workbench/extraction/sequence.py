"""A conditional random field over tokens, trained on labelled sentences; what the rules found is among its features.

Optional: it needs the package ``python-crfsuite`` and a model that `train` has written. Weights are never shipped.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from workbench.errors import UsageError
from workbench.extraction.entities import extract
from workbench.extraction.schemes import Scheme
from workbench.extraction.spans import EntitySpan, span
from workbench.extraction.tagged import Tagged, spans_of
from workbench.extraction.taken import MAX_MENTIONS
from workbench.extraction.types import COMMON_NOUN_TYPES, FORM_TYPES

_TOKEN = re.compile(r"\w+|[^\w\s]")
_MOST_TOKENS = 200  # of one sequence; tagging is linear in it, and a sentence is shorter
_BREAK = re.compile(r"[.!?](?=\s)|\n")
_ITERATIONS = 80
_Labelled = tuple[int, int, str]  # characters [start, end) and a type
_KEEP_TYPE_OF = frozenset({"gazetteer", "pattern", "fence"})


def crfsuite() -> Any:
    """The package.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        import pycrfsuite
    except ImportError as error:
        raise UsageError(
            "the sequence model needs python-crfsuite: pip install 'bigdata-workbench[sequence]'"
        ) from error
    return pycrfsuite


def _shape(token: str) -> str:
    if token.isupper():
        return "A" if len(token) == 1 else "AA"
    if token[0].isupper():
        return "AaA" if any(letter.isupper() for letter in token[1:]) else "Aa"
    if token.isdigit():
        return "9"
    if not token[0].isalnum():
        return "."
    return "aA" if any(letter.isupper() for letter in token) else "a9" if not token.isalpha() else "a"


def _tag(start: int, end: int, spans: Sequence[_Labelled], at: int) -> str:
    """The tag of a token, given where the spans that begin after it begin in their list."""
    if at == 0 or spans[at - 1][1] < end:
        return "O"
    first, _, entity_type = spans[at - 1]
    return f"{'B' if first == start else 'I'}-{entity_type}"


def _tags(tokens: Sequence[tuple[int, int]], spans: Sequence[_Labelled]) -> list[str]:
    """Tags of tokens by spans in order that do not overlap."""
    return [_tag(start, end, spans, bisect_right(spans, start, key=lambda one: one[0])) for start, end in tokens]


def _features(tokens: Sequence[tuple[int, int]], text: str, found: Sequence[_Labelled]) -> list[list[str]]:
    tags = _tags(tokens, found)
    words = [text[start:end] for start, end in tokens]
    rows = []
    for at, word in enumerate(words):
        folded = word.casefold()
        row = [
            "bias",
            f"w={folded}",
            f"shape={_shape(word)}",
            f"rule={tags[at]}",
            *(f"p{size}={folded[:size]}" for size in (2, 3)),
            *(f"s{size}={folded[-size:]}" for size in (2, 3, 4)),
        ]
        for step in (-2, -1, 1, 2):
            if 0 <= at + step < len(tokens):
                near = words[at + step]
                row += [f"{step}w={near.casefold()}", f"{step}shape={_shape(near)}"]
                row.append(f"{step}rule={tags[at + step]}")
            else:
                row.append(f"{step}edge")
        rows.append(row)
    return rows


def _sequences(text: str) -> Iterable[list[tuple[int, int]]]:
    found: list[tuple[int, int]] = []
    stops = [stop.end() for stop in _BREAK.finditer(text)]
    at = 0
    for token in _TOKEN.finditer(text):
        while at < len(stops) and stops[at] <= token.start():
            at += 1
            if found:
                yield found
                found = []
        found.append(token.span())
        if len(found) == _MOST_TOKENS:
            yield found
            found = []
    if found:
        yield found


def _characters(sentence: Tagged, scheme: Scheme) -> list[_Labelled]:
    starts, at = [], 0
    for token in sentence.tokens:
        starts.append(at)
        at += len(token) + 1
    return [
        (starts[first], starts[last - 1] + len(sentence.tokens[last - 1]), scheme.labels[label])
        for first, last, label in sentence.spans
        if label in scheme.labels
    ]


def _labelled(found: Iterable[EntitySpan]) -> list[_Labelled]:
    return [(one.start, one.end, one.entity_type) for one in found]


def train(sentences: Iterable[Tagged], scheme: Scheme, path: Path, *, iterations: int = _ITERATIONS) -> int:
    """Fit a model and write it; gives the number of sentences.

    Parameters
    ----------
    sentences : iterable of Tagged
    scheme : Scheme
        Maps labels to entity types; other labels are background.
    path : Path
        Where the model is written; its folder exists.
    iterations : int
        At most so many steps of L-BFGS.

    Raises
    ------
    UsageError
        python-crfsuite is missing, or there is nothing to learn from.
    """
    trainer = crfsuite().Trainer(verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": iterations, "feature.possible_transitions": True})
    count = 0
    for sentence in sentences:
        text = sentence.text
        gold, found = _characters(sentence, scheme), _labelled(extract(text))
        for tokens in _sequences(text):
            trainer.append(_features(tokens, text, found), _tags(tokens, gold))
        count += 1
    if not count:
        raise UsageError("no labelled sentence to train on; expected lines of token, tab, tag")
    trainer.train(str(path))
    return count


class SequenceExtractor:
    """Entities by a trained model; addresses, versions and the like stay with the rules.

    Parameters
    ----------
    path : Path
        A model that `train` has written.

    Raises
    ------
    UsageError
        python-crfsuite is missing, or there is no such model.
    """

    def __init__(self, path: Path) -> None:
        self._tagger = crfsuite().Tagger()
        if not path.is_file():
            raise UsageError(f"no model at {path}; make one: workbench extraction train --data FILE --out {path}")
        self._tagger.open(str(path))

    def extract(self, text: str) -> list[EntitySpan]:
        """Entities of a text, in its order, not overlapping."""
        found = extract(text)
        by_place = {(one.start, one.end): one for one in found}
        kept = [one for one in found if one.entity_type in FORM_TYPES]
        spans, features = list(kept), _labelled(found)
        for tokens in _sequences(text):
            tags = self._tagger.tag(_features(tokens, text, features))
            for first, last, entity_type in spans_of(tags):
                start, end = tokens[first][0], tokens[last - 1][1]
                after = bisect_right(kept, start, key=lambda one: one.start)
                if (after and kept[after - 1].end > start) or (after < len(kept) and kept[after].start < end):
                    continue
                spans.append(self._span(text, start, end, entity_type, by_place.get((start, end))))
        return sorted(spans, key=lambda one: one.start)[:MAX_MENTIONS]

    def _span(self, text: str, start: int, end: int, entity_type: str, rule: EntitySpan | None) -> EntitySpan:
        if rule is not None and (rule.method in _KEEP_TYPE_OF or rule.entity_type == entity_type):
            return rule  # the list knows the kind and the canonical name: the same id by either method
        name = " ".join(text[start:end].split())
        confidence = 0.5 if entity_type in COMMON_NOUN_TYPES else 0.7
        return span(entity_type, name, start, end, confidence=confidence, method="sequence model")
