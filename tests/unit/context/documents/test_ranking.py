"""Ranking chunks."""

import math

from workbench.context.documents.ranking import TermHit, best, bm25, fused


def test_bm25_by_hand() -> None:
    # 4 chunks of 10 terms on average. Term 1 is in two of them, term 2 in one.
    hits = [TermHit("a", 0, 1, 2, 10), TermHit("b", 3, 1, 1, 20), TermHit("b", 3, 2, 1, 20)]
    found = bm25(hits, chunks=4, terms=40)
    in_two, in_one = math.log(1 + 2.5 / 2.5), math.log(1 + 3.5 / 1.5)
    # a: length norm 1: 2 * 2.2 / (2 + 1.2); b: norm .25 + .75 * 2 = 1.75: 2.2 / (1 + 1.2 * 1.75)
    assert math.isclose(found["a", 0], in_two * 4.4 / 3.2)
    assert math.isclose(found["b", 3], (in_two + in_one) * 2.2 / 3.1)


def test_more_rows_than_the_corpus_counted_give_no_negative_score() -> None:
    hits = [TermHit(str(number), 0, 1, 1, 5) for number in range(9)]
    assert min(bm25(hits, chunks=3, terms=0).values()) > 0
    assert bm25([], chunks=0, terms=0) == {}


def test_ties_have_one_order_and_both_orders_count() -> None:
    assert best({"b": 1.0, "a": 1.0, "c": 2.0}, 2) == ["c", "a"]
    # x: 1/61; y: 1/62 + .5/62 = .0242; z: 1/63 + .5/61 = .0241
    assert best(fused([(1.0, ["x", "y", "z"]), (0.5, ["z", "y"])]), 3) == ["y", "z", "x"]
