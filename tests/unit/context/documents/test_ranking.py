"""One order from two."""

from workbench.context.documents.ranking import best, fused


def test_ties_have_one_order_and_both_orders_count() -> None:
    assert best({"b": 1.0, "a": 1.0, "c": 2.0}, 2) == ["c", "b"]
    # x: 1/61; y: 1/62 + .5/62 = .0242; z: 1/63 + .5/61 = .0241
    assert best(fused([(1.0, ["x", "y", "z"]), (0.5, ["z", "y"])]), 3) == ["y", "z", "x"]
