"""What follows from the turns of an index as a whole: sessions, neighbours, lengths. Made once after each change."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.analysis import ENDS_WITH_QUESTION
from workbench.context.retrieval.bm25 import Floats, length_norms

REACH = 2
"""Neighbours at each side that belong to a turn's surroundings: with three, recall went down again."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Per row, but for `session_norms`, which is per session.

    Parameters
    ----------
    before, after : array of int32
        How many rows of the same session lie directly before and after, at most `REACH`.
    norms, near_norms, around_norms : array of float64
        BM25's length norms of the turn, with one and with two neighbours at each side.
    session_norms : array of float64
    length : array of float64
        0 to 1.
    asks : array of bool
        The turn ends with a question.
    """

    before: NDArray[np.int32]
    after: NDArray[np.int32]
    norms: Floats
    near_norms: Floats
    around_norms: Floats
    session_norms: Floats
    length: Floats
    asks: NDArray[np.bool_]


def spread(values: Floats, before: NDArray[np.int32], after: NDArray[np.int32], *, reach: int) -> Floats:
    """Each value with those of its neighbours in its session, up to `reach` rows away, added."""
    total = values.copy()
    for distance in range(1, reach + 1):
        if len(values) > distance:
            total[distance:] += np.where(before[distance:] >= distance, values[:-distance], 0.0)
            total[:-distance] += np.where(after[:-distance] >= distance, values[distance:], 0.0)
    return total


def lay_out(sessions: NDArray[np.int32], lengths: NDArray[np.int32], flags: NDArray[np.uint8]) -> Layout:
    """The layout of rows.

    Parameters
    ----------
    sessions : array of int32
        Number of each row's session, from 0.
    lengths : array of int32
        Terms of each row.
    flags : array of uint8
        See `workbench.context.retrieval.analysis`.
    """
    rows = len(sessions)
    same = sessions[1:] == sessions[:-1]
    before, after = np.zeros(rows, np.int32), np.zeros(rows, np.int32)
    for _ in range(REACH):
        before[1:] = np.where(same, np.minimum(before[:-1] + 1, REACH), 0)
        after[:-1] = np.where(same, np.minimum(after[1:] + 1, REACH), 0)
    terms = lengths.astype(np.float64)
    longest = np.log1p(terms.max()) if rows else 0.0
    return Layout(
        before=before,
        after=after,
        norms=length_norms(terms),
        near_norms=length_norms(spread(terms, before, after, reach=1)),
        around_norms=length_norms(spread(terms, before, after, reach=2)),
        session_norms=length_norms(np.bincount(sessions, terms).astype(np.float64)),
        length=np.log1p(terms) / longest if longest else np.zeros(rows),
        asks=(flags & ENDS_WITH_QUESTION).astype(bool),
    )
