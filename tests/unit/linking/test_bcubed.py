import pytest

from workbench.linking.bcubed import bcubed, joined_pairs, merge_precision


def test_a_perfect_clustering_scores_one() -> None:
    found = bcubed("aabbc", [1, 1, 2, 2, 3])
    assert (found.precision, found.recall, found.f1) == (1.0, 1.0, 1.0)


def test_everything_in_one_cluster_has_all_recall_and_little_precision() -> None:
    # gold aaab, one cluster of 4: each a sees 3/4, b sees 1/4: (3 * 3/4 + 1/4) / 4 = 10/16
    found = bcubed("aaab", "xxxx")
    assert found.precision == pytest.approx(10 / 16)
    assert found.recall == 1.0


def test_every_mention_alone_has_all_precision_and_little_recall() -> None:
    # each a finds 1 of 3, b finds 1 of 1: (3 * 1/3 + 1) / 4 = 1/2; F1 = 2 * 1 * 1/2 / (3/2) = 2/3
    found = bcubed("aaab", "1234")
    assert (found.precision, found.recall) == (1.0, pytest.approx(1 / 2))
    assert found.f1 == pytest.approx(2 / 3)


def test_the_example_of_the_paper_comes_out() -> None:
    # Bagga and Baldwin 1998, second response: gold 1-5, 6-7, 8-A; the cluster 8-A is joined with 1-5.
    # precision: five of 5/10, two of 2/2, five of 5/10: (2.5 + 2 + 2.5) / 12 = 7/12
    found = bcubed("aaaaabbccccc", "xxxxxyyxxxxx")
    assert found.precision == pytest.approx(7 / 12)
    assert found.recall == 1.0


def test_no_mentions_are_clustered_well() -> None:
    assert bcubed([], []).f1 == 1.0


def test_clusterings_of_different_mentions_are_refused() -> None:
    with pytest.raises(ValueError, match="2 gold labels and 1 found"):
        bcubed("aa", "x")


def test_a_merge_counts_by_the_chance_that_two_of_its_mentions_are_one_thing() -> None:
    # first merge: {x} with {x, x, y}: 2/3; second: {x} with {y}: 0; mean 1/3
    gold = {"a": "x", "b": "xxy", "c": "y"}
    assert merge_precision([("a", "b"), ("a", "c")], gold) == pytest.approx(1 / 3)


def test_no_merge_is_no_wrong_merge() -> None:
    assert merge_precision([], {}) == 1.0


def test_pairs_are_counted_within_clusters() -> None:
    # cluster of 4 has 6 pairs: gold aabb has 1 + 1 right ones
    assert joined_pairs("xxxx", "aabb") == (2, 6)
