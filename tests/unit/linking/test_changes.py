from datetime import UTC, datetime

from workbench.linking import Link
from workbench.linking.changes import Told, changes

MAY = datetime(2026, 5, 1, tzinfo=UTC)
ALL = {"a", "b", "c"}


def told(left: str, right: str, *, holds: bool = True, score: float = 0.95) -> Told:
    return Told(left, right, holds, score, f"event of {left}{right}", MAY)


def verbs(links: list[Link], before: list[Told], compared: set[str] = ALL) -> list[tuple[str, str, str]]:
    return [(one.verb, one.left, one.right) for one in changes(links, before, compared=compared)]


def test_a_new_link_is_told_and_a_known_one_is_not() -> None:
    links = [Link("a", "b", 0.95, ()), Link("a", "c", 0.95, ())]
    assert verbs(links, [told("a", "b")]) == [("created", "a", "c")]


def test_a_score_is_told_again_only_when_it_moved_by_a_step() -> None:
    assert verbs([Link("a", "b", 0.955, ())], [told("a", "b")]) == []
    assert verbs([Link("a", "b", 0.97, ())], [told("a", "b")]) == [("updated", "a", "b")]


def test_a_link_that_is_gone_is_taken_back_once() -> None:
    assert verbs([], [told("a", "b")]) == [("deleted", "a", "b")]
    assert verbs([], [told("a", "b", holds=False)]) == []


def test_a_link_that_holds_again_is_told_as_new_and_knows_what_was_told_before() -> None:
    (again,) = changes([Link("a", "b", 0.95, ())], [told("a", "b", holds=False)], compared=ALL)
    assert again.verb == "created"
    assert again.before is not None
    assert again.before.event_id == "event of ab"


def test_a_link_to_an_entity_that_was_merged_since_is_left_as_it_is() -> None:
    assert verbs([], [told("a", "b")], compared={"a"}) == []
