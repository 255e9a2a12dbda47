"""What a question asks for: words, times, whose turns, a time or a place as its answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workbench.context.retrieval.terms import analyse
from workbench.context.retrieval.times import TimeSpan, time_spans

QUESTION_TERMS = 64
"""Distinct terms of a question that are searched for: a pasted page is no better a question for its thousandth word."""

QUESTION_CHARS = 8_192

_WHEN = re.compile(
    r"\s*(?:when\b|how long\b|since when\b|(?:in|on|at)?\s*(?:what|which) (?:date|day|week|month|year|time)\b)",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\s*(?:where\b|(?:in|to|from)?\s*(?:what|which) (?:city|town|country|state|place|region|street)\b)", re.IGNORECASE
)
_PRONOUN = re.compile(r"\b(?:(i|my|me|mine|we|our|us)|(you|your|yours))\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read.

    Parameters
    ----------
    terms : tuple of str
        Its distinct index terms in order, without the words of its times.
    spans : tuple of TimeSpan
        Times that it names.
    asks_when, asks_where : bool
    first_person : bool or None
        Whether it speaks first of the asker (I, my), of the other (you, your: False), or of neither.
    """

    terms: tuple[str, ...]
    spans: tuple[TimeSpan, ...]
    asks_when: bool
    asks_where: bool
    first_person: bool | None


def _without(text: str, spans: Sequence[TimeSpan]) -> str:
    kept, at = [], 0
    for start, end in sorted({(span.start, span.end) for span in spans}):
        if start >= at:
            kept.append(text[at:start])
            at = end
    return " ".join((*kept, text[at:]))


def read_question(text: str, *, asked_on: date | None, years: Sequence[int] = ()) -> Question:
    """Read a question.

    Parameters
    ----------
    text : str
        Its first `QUESTION_CHARS` characters.
    asked_on : date or None
        What "last week" is counted from; None when that is not known: then no times are read.
    years : sequence of int
        Years of the conversation: "in May" is May of any of them.
    """
    asked = text[:QUESTION_CHARS]
    spans = time_spans(asked, said_on=asked_on, years=years) if asked_on else []
    terms = tuple(dict.fromkeys(analyse(_without(asked, spans))))[:QUESTION_TERMS]
    pronoun = _PRONOUN.search(asked)
    return Question(
        terms,
        tuple(spans),
        _WHEN.match(asked) is not None,
        _WHERE.match(asked) is not None,
        None if pronoun is None else pronoun[1] is not None,
    )
