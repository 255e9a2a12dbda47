"""B-cubed, the measure of clusterings in which each mention counts once."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BCubed:
    """Precision, recall and their harmonic mean, 0 to 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def bcubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> BCubed:
    """Compare two clusterings of the same mentions.

    For a mention, precision is the share of its found cluster that is of its gold cluster, recall the share of its gold
    cluster that is in its found cluster; both are averaged over mentions.

    Parameters
    ----------
    gold, found : sequences of cluster labels
        Of the same mentions, in the same order.

    Source: Bagga and Baldwin, "Algorithms for scoring coreference chains", 1998.

    Examples
    --------
    >>> bcubed("aab", "xyy")
    BCubed(precision=0.6666666666666666, recall=0.6666666666666666)
    """
    if len(gold) != len(found):
        raise ValueError(f"{len(gold)} gold labels and {len(found)} found ones; they must be of the same mentions")
    if not gold:
        return BCubed(1.0, 1.0)
    both, of_gold, of_found = Counter(zip(gold, found, strict=True)), Counter(gold), Counter(found)
    precision = sum(count * count / of_found[label] for (_, label), count in both.items()) / len(gold)
    recall = sum(count * count / of_gold[label] for (label, _), count in both.items()) / len(gold)
    return BCubed(precision, recall)


def merge_precision(merges: Sequence[tuple[str, str]], gold: Mapping[str, Sequence[Hashable]]) -> float:
    """Share of merges that are right: the chance that a mention of the one and a mention of the other are of one thing.

    Parameters
    ----------
    merges : sequence of pairs of entity ids
        What was brought together, each pair once.
    gold : mapping of entity id to gold labels
        One label per mention of the entity.

    Returns
    -------
    float
        0 to 1; 1 when nothing was merged.

    Examples
    --------
    >>> merge_precision([("a", "b"), ("a", "c")], {"a": "x", "b": "xy", "c": "x"})
    0.75
    """
    if not merges:
        return 1.0
    return sum(_agreement(Counter(gold[left]), Counter(gold[right])) for left, right in merges) / len(merges)


def _agreement(left: Counter[Hashable], right: Counter[Hashable]) -> float:
    return sum(count * right[label] for label, count in left.items()) / (left.total() * right.total())


def joined_pairs(found: Sequence[Hashable], gold: Sequence[Hashable]) -> tuple[int, int]:
    """Pairs of mentions that a clustering puts together: how many are right, and how many there are.

    Examples
    --------
    >>> joined_pairs("xxxy", "aabb")
    (1, 3)
    """

    def pairs(labels: Sequence[Hashable]) -> int:
        return sum(count * (count - 1) // 2 for count in Counter(labels).values())

    return pairs(list(zip(found, gold, strict=True))), pairs(found)
