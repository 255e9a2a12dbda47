"""Read queries of the graph, by data alone: ``<query>/<case>/given.json, params.json, expect.json``.

``given`` lists messages, entity updates and links (see `tests.queries.graph.given`) that go through the real sink.
``params`` go to the query; a text that ends in Z is a time. ``expect`` has the arithmetic in ``comment`` and ``rows``:
the rows that the query must give, in order, each by the columns that the case names; a message's id is its name.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from neo4j.time import DateTime

from tests.queries.graph.given import fill, message_id
from workbench.graph import constraints
from workbench.graph.driver import open_driver
from workbench.graph.reading.columns import COLUMNS
from workbench.graph.vocabulary import OTHER_RELATIONSHIP, RELATIONSHIP_TYPES
from workbench.queries import load_query, query_names
from workbench.settings import Settings

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/given.json"))
READS = query_names("graph", "read")

SCANS = {
    "AllNodesScan",
    "NodeByLabelScan",
    "UnionNodeByLabelsScan",
    *(
        f"{direction}{what}Scan"
        for direction in ("Directed", "Undirected")
        for what in ("AllRelationships", "RelationshipType", "UnionRelationshipTypes")
    ),
}
"""Operators that begin with everything there is."""

WHOLE_GRAPH = {"read/graph_size": "it counts everything of all tenants: there is nothing to start from"}
"""Queries that may scan, each with the reason."""


def _read(case: Path, name: str) -> Any:
    return json.loads((case / f"{name}.json").read_text(encoding="utf-8"))


def _parameter(value: Any) -> Any:
    is_time = isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", value)
    return datetime.fromisoformat(value) if is_time else value


def _parameters(case: Path) -> dict[str, Any]:
    return {name: _parameter(value) for name, value in _read(case, "params").items()}


def _plain(value: Any, names: Mapping[str, str]) -> Any:
    """Times as RFC 3339 text, without a fraction of zero; ids of messages as their names."""
    if isinstance(value, DateTime):
        return value.to_native().isoformat().replace("+00:00", "Z")
    return names.get(value, value) if isinstance(value, str) else value


def _leaves(plan: Mapping[str, Any]) -> set[str]:
    children = plan.get("children", [])
    return {leaf for one in children for leaf in _leaves(one)} if children else {plan["operatorType"].split("@")[0]}


@pytest.mark.neo4j
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_query_gives_the_expected_rows(fresh: Settings, case: Path) -> None:
    given = _read(case, "given")
    fill(fresh, given)
    name = f"read/{case.parent.name}"
    text, expected = load_query("graph", name).text, _read(case, "expect")["rows"]
    with open_driver(fresh) as driver, driver.session(database=fresh.neo4j.database) as session:
        result = session.run(f"PROFILE {text}", _parameters(case))  # type: ignore[arg-type]
        found = [record.data() for record in result]
        profile = result.consume().profile
    names = {message_id(row["message"]): row["message"] for row in given if "message" in row}
    told = [{column: _plain(value, names) for column, value in row.items()} for row in found]
    assert len(told) == len(expected), told
    for row, wanted in zip(told, expected, strict=True):
        assert {column: row[column] for column in wanted} == {
            column: pytest.approx(value) if isinstance(value, float) else value for column, value in wanted.items()
        }
    assert profile is not None
    assert name in WHOLE_GRAPH or not _leaves(profile) & SCANS, f"{name} starts from {_leaves(profile)}"


@pytest.mark.neo4j
def test_queries_start_from_an_index_also_while_the_graph_is_empty(fresh: Settings) -> None:
    constraints.apply(fresh)
    scanning = set()
    with open_driver(fresh) as driver, driver.session(database=fresh.neo4j.database) as session:
        for name in READS:
            query = load_query("graph", name)
            text, parameters = f"EXPLAIN {query.text}", dict.fromkeys(query.parameters)
            plan = session.run(text, parameters).consume().plan  # type: ignore[arg-type]
            assert plan is not None
            if _leaves(plan) & SCANS:
                scanning.add(name)
    assert scanning == WHOLE_GRAPH.keys(), "index it, or state the reason in WHOLE_GRAPH of this test"


def test_every_read_query_has_a_case() -> None:
    assert {f"read/{case.parent.name}" for case in CASES} == set(READS)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_gives_every_declared_parameter_and_shows_its_arithmetic(case: Path) -> None:
    assert set(_read(case, "params")) == set(load_query("graph", f"read/{case.parent.name}").parameters)
    assert _read(case, "expect")["comment"]


@pytest.mark.parametrize("name", sorted(COLUMNS))
def test_a_frame_has_the_columns_that_the_query_file_declares(name: str) -> None:
    declared = re.findall(
        r"(\w+)(?=(?:, \w+)* \((?:STRING|INTEGER|FLOAT|BOOLEAN|ZONED|LIST))",
        load_query("graph", f"read/{name}").returns,
    )
    added = {"depth"} if name == "neighbours" else set()  # by the reader, which takes the steps
    assert set(COLUMNS[name]) - added <= set(declared)


@pytest.mark.parametrize("name", READS)
def test_a_query_that_follows_links_follows_every_type_of_the_vocabulary(name: str) -> None:
    known = RELATIONSHIP_TYPES | {OTHER_RELATIONSHIP}
    for types in re.findall(r"\[\w+:([A-Z_|]+)", load_query("graph", name).text):
        followed = set(types.split("|"))
        if len(followed) > 2:
            left_out = {"CO_OCCURS_WITH", "SAME_AS"} if "provider_" in name else set()
            assert followed - {"MERGED_INTO"} == known - left_out


def test_the_documentation_names_every_read_query() -> None:
    text = (HERE.parents[2] / "docs" / "graph-queries.md").read_text(encoding="utf-8")
    assert {name.removeprefix("read/") for name in READS} <= set(re.findall(r"`(\w+)`", text))
