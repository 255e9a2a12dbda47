"""What a learner hears of a query that Neo4j ends or does not run."""

from pathlib import Path

import pytest

from workbench.course.checks import cypher
from workbench.settings import Settings

pytestmark = pytest.mark.neo4j


def asked(settings: Settings, folder: Path, text: str) -> cypher.Answer:
    path = folder / "query.cypher"
    path.write_text(text)
    return cypher.run_cypher(settings, path)


def test_a_query_that_never_ends_is_ended_and_said_so(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cypher, "DEADLINE_S", 0.5)
    endless = "UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b % 7) AS found"
    assert asked(fresh, tmp_path, endless).refused.startswith("it runs longer than 0.5 s")


def test_a_query_that_writes_is_not_run(fresh: Settings, tmp_path: Path) -> None:
    assert "writ" in asked(fresh, tmp_path, "CREATE (n:Note) RETURN n.name AS name").refused.lower()


def test_a_query_with_a_slip_is_told_where_it_is(fresh: Settings, tmp_path: Path) -> None:
    assert "MACTH" in asked(fresh, tmp_path, "MACTH (n) RETURN n.name AS name").refused


def test_columns_are_told_beside_those_that_are_asked_for(fresh: Settings, tmp_path: Path) -> None:
    answer = asked(fresh, tmp_path, "RETURN 1 AS one")
    answer.require(("one",))
    with pytest.raises(cypher.NotYetError, match="must return the columns a, b") as raised:
        answer.require(("a", "b"))
    assert raised.value.details == ("yours: one",)
