"""Exact-span scores of any extractor against labelled sentences: the one scorer that all methods share."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from workbench.extraction.extractor import Extractor
from workbench.extraction.schemes import Scheme
from workbench.extraction.spans import EntitySpan
from workbench.extraction.tagged import Tagged

Found = tuple[int, int, str]
"""Tokens ``[first, last)`` and a label."""


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one comparison and the ratios that follow from them, 0 to 1."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        """Share of the found spans that are expected."""
        return self.right / self.found if self.found else 0.0

    @property
    def recall(self) -> float:
        """Share of the expected spans that are found."""
        return self.right / self.expected if self.expected else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return 2 * self.right / (self.found + self.expected) if self.found + self.expected else 0.0


def _boundaries(tokens: Sequence[str]) -> tuple[dict[int, int], dict[int, int]]:
    starts: dict[int, int] = {}
    ends: dict[int, int] = {}
    at = 0
    for number, token in enumerate(tokens):
        starts[at] = number
        at += len(token)
        ends[at] = number + 1
        at += 1
    return starts, ends


def token_spans(sentence: Tagged, spans: Iterable[EntitySpan]) -> list[Found]:
    """Character spans of `Tagged.text` as tokens; what cuts a token in two can never be right: ``(-1, …)``."""
    starts, ends = _boundaries(sentence.tokens)
    return [(starts.get(one.start, -1 - one.start), ends.get(one.end, -1), one.entity_type) for one in spans]


def predictions(sentences: Sequence[Tagged], extractor: Extractor) -> list[list[Found]]:
    """What a method finds in each sentence, as tokens."""
    return [token_spans(one, extractor.extract(one.text)) for one in sentences]


def score(
    sentences: Sequence[Tagged], predict: Callable[[int], Iterable[Found]], scheme: Scheme, *, typed: bool
) -> Score:
    """Micro-averaged exact-span score; with `typed`, the class must agree too.

    Parameters
    ----------
    sentences : sequence of Tagged
    predict : callable
        Number of a sentence -> what was found in it.
    scheme : Scheme
    typed : bool
    """
    right = found = expected = 0
    for number, sentence in enumerate(sentences):
        wanted = {
            (first, last, scheme.labels[label] if typed else "")
            for first, last, label in sentence.spans
            if label in scheme.labels
        }
        given = {
            (first, last, scheme.types[kind] if typed else "")
            for first, last, kind in predict(number)
            if kind in scheme.types
        }
        right += len(wanted & given)
        found += len(given)
        expected += len(wanted)
    return Score(right, found, expected)
