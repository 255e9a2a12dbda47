"""The parts of relevance that are read off the arrays of one index."""

from collections.abc import Sequence

import numpy as np

from workbench.context.retrieval.arrays import TurnArrays
from workbench.context.retrieval.bm25 import Floats, saturated
from workbench.context.retrieval.layout import REACH
from workbench.context.retrieval.postings import Found
from workbench.context.retrieval.question import Question
from workbench.context.retrieval.times import TimeSpan

SECOND_NAMED = 0.5
"""When a question names several speakers, the first one is its subject more often than not, but not surely."""


def word_scores(index: TurnArrays, terms: Sequence[tuple[float, Found]]) -> tuple[Floats, Floats, Floats, Floats]:
    """BM25 of each turn, with one, with two neighbours at each side, and of its session.

    Parameters
    ----------
    index : TurnArrays
    terms : sequence of (float, (rows, counts))
        Each term's inverse document frequency and where it is.
    """
    layout, size, sessions = index.layout(), len(index), index.sessions
    words, near, around = np.zeros(size), np.zeros(size), np.zeros(size)
    by_session = np.zeros(len(layout.session_norms))
    counted = np.zeros(size)
    for weight, (rows, counts) in terms:
        if not len(rows):
            continue
        words[rows] += weight * saturated(counts, layout.norms[rows])
        counted[rows] = counts
        for distance in range(1, REACH + 1):
            ahead, behind = layout.after[rows] >= distance, layout.before[rows] >= distance
            counted[rows[ahead] + distance] += counts[ahead]
            counted[rows[behind] - distance] += counts[behind]
            if distance == 1:
                touched = np.flatnonzero(counted)
                near[touched] += weight * saturated(counted[touched], layout.near_norms[touched])
        touched = np.flatnonzero(counted)
        around[touched] += weight * saturated(counted[touched], layout.around_norms[touched])
        counted[touched] = 0.0
        inside = np.bincount(sessions[rows], counts, minlength=len(by_session)).astype(np.float64)
        by_session += weight * saturated(inside, layout.session_norms)
    return words, near, around, by_session[sessions]


def speaker_match(index: TurnArrays, question: Question, *, asker: str | None, speakers: Sequence[str]) -> Floats:
    """1 for turns of whom the question is about, `SECOND_NAMED` when that is less sure, else 0."""
    named = list(dict.fromkeys(one for term in question.terms if (one := index.named(term)) is not None))
    if named:
        return np.where(index.speakers == named[0], 1.0 if len(named) == 1 else SECOND_NAMED, 0.0)
    if asker is not None and question.first_person is not None:
        number = index.speaker_of(asker)
        of_asker = index.speakers == (-1 if number is None else number)
        return np.where(of_asker == question.first_person, 1.0, 0.0)
    wanted = [one for speaker in speakers if (one := index.speaker_of(speaker)) is not None]
    return np.isin(index.speakers, wanted).astype(np.float64)


def date_match(index: TurnArrays, asked: Sequence[TimeSpan]) -> Floats:
    """1 for turns said within a time that was asked for; for one that speaks of it, the share of what it names."""
    match = np.zeros(len(index))
    rows, firsts, untils = index.spans
    for span in asked:
        match[(index.days >= span.first) & (index.days < span.until)] = 1.0
        shared = np.minimum(untils, span.until) - np.maximum(firsts, span.first)
        np.maximum.at(match, rows, np.maximum(shared, 0) / np.maximum(untils - firsts, 1))
    return match
