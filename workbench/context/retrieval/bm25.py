"""Okapi BM25 as plain arithmetic over arrays.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009.
"""

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.terms import analyse

K1 = 1.2
"""How soon repeats of a term stop to count."""

B = 0.75
"""How much of a text's length is held against it, 0 to 1."""

Floats = NDArray[np.float64]


def idf(texts: int, holding: int) -> float:
    """How much a term tells that so many of all texts hold; never negative."""
    return math.log(1.0 + (texts - holding + 0.5) / (holding + 0.5))


def length_norms(lengths: Floats) -> Floats:
    """1 for a text of average length, more for a longer one."""
    mean = float(lengths.sum()) / len(lengths) if len(lengths) else 0.0
    return (1.0 - B) + B * lengths / mean if mean else np.ones(len(lengths))


def saturated(counts: Floats, norms: Floats) -> Floats:
    """What so many occurrences are worth in texts of these `length_norms`."""
    return counts * (K1 + 1.0) / (counts + K1 * norms)


def rank(texts: Sequence[str], query: str) -> Floats:
    """BM25 of each text for a query, over these texts alone; for some hundreds of them.

    Examples
    --------
    >>> rank(["a cat sat", "the dogs ran", "nothing"], "dog").round(2).tolist()
    [0.0, 0.91, 0.0]
    """
    counted = [Counter(analyse(text)) for text in texts]
    norms = length_norms(np.array([one.total() for one in counted], np.float64))
    scores = np.zeros(len(texts))
    for term in dict.fromkeys(analyse(query)):
        counts = np.array([one[term] for one in counted], np.float64)
        scores += idf(len(texts), int(np.count_nonzero(counts))) * saturated(counts, norms)
    return scores
