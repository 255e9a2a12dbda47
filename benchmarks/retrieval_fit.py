"""Weights of retrieval's mixture, fitted by a deterministic search, and recall by rank."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

STEPS = (1.0, 0.5, 0.25, 0.12, 0.06)
"""Sizes of a step along one weight, tried in this order; each until none improves, at most four rounds."""

ROUNDS = 4
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fold:
    """One conversation's questions: `parts` (question, turn, part), and one row per evidence turn."""

    parts: NDArray[np.float32]
    question: NDArray[np.int64]
    turn: NDArray[np.int64]
    share: Floats
    categories: NDArray[np.int64]

    def ranks(self, weights: Floats) -> NDArray[np.int64]:
        """The rank from 0 of each evidence turn; of equal turns the earlier one is first."""
        scores = self.parts @ weights.astype(np.float32)
        others, own = scores[self.question], scores[self.question, self.turn]
        earlier = np.arange(scores.shape[1])[None] < self.turn[:, None]
        level = (others == own[:, None]) & earlier
        found: NDArray[np.int64] = ((others > own[:, None]) | level).sum(axis=1)
        return found


def objective(folds: Sequence[Fold], weights: Floats) -> float:
    """Mean over questions of recall@10, half of it softened, so that a turn that rises from rank 14 to 11 counts."""
    total = questions = 0.0
    for fold in folds:
        ranks = fold.ranks(weights)
        total += float((fold.share * (0.5 * (ranks < 10) + 0.5 / (1 + np.exp((ranks - 9.5) / 2)))).sum())
        questions += len(fold.categories)
    return total / questions


def fit(folds: Sequence[Fold], start: Floats) -> Floats:
    """Climb along one weight after the other, in smaller and smaller steps; the same folds give the same weights."""
    weights, best = start.copy(), objective(folds, start)
    for step in STEPS:
        for _ in range(ROUNDS):
            improved = False
            for place in range(len(weights)):
                for change in (step, -step):
                    while True:
                        tried = weights.copy()
                        tried[place] += change
                        reached = objective(folds, tried)
                        if reached <= best + 1e-5:
                            break
                        weights, best, improved = tried, reached, True
            if not improved:
                break
    return weights


@dataclass(frozen=True, slots=True)
class Quality:
    """Mean over questions."""

    recall: dict[int, float]
    mrr: float
    by_category: dict[int, dict[int, float]]
    mrr_by_category: dict[int, float]
    questions: int


KS = (5, 10, 20, 50)


def quality(folds: Sequence[Fold], ranks: Sequence[NDArray[np.int64]]) -> Quality:
    """Recall at `KS`, and the mean reciprocal rank of a question's first evidence turn."""
    categories = np.concatenate([fold.categories for fold in folds])
    recall = {k: np.zeros(len(categories)) for k in KS}
    reciprocal = np.zeros(len(categories))
    base = 0
    for fold, found in zip(folds, ranks, strict=True):
        for k in KS:
            np.add.at(recall[k], base + fold.question, fold.share * (found < k))
        np.maximum.at(reciprocal, base + fold.question, 1.0 / (1 + found))
        base += len(fold.categories)
    kinds = sorted(set(categories.tolist()))
    return Quality(
        {k: float(values.mean()) for k, values in recall.items()},
        float(reciprocal.mean()),
        {kind: {k: float(values[categories == kind].mean()) for k, values in recall.items()} for kind in kinds},
        {kind: float(reciprocal[categories == kind].mean()) for kind in kinds},
        len(categories),
    )
