"""Read queries of the graph, by data alone: ``<query>/<case>/given.json, params.json, expect.json``.

``given`` lists messages, entity updates (``in`` a message, ``verb``) and links (``in``, ``id``, ``verb``) that go
through the real sink. ``params`` go to the query. ``expect`` has the arithmetic in ``comment`` and ``rows``: the rows
that the query must give, in order, each by the columns that the case names. Another store needs another `_event` only.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from neo4j.time import DateTime

from tests.integration.graph_batches import deliveries, entity, link, message, message_id, span
from workbench.events.envelope import Event
from workbench.graph import constraints
from workbench.graph.driver import open_driver
from workbench.pipelines.graph_ingest import graph_sink
from workbench.queries import load_query, query_names
from workbench.settings import Settings
from workbench.stream.sink import Batch

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/given.json"))
KINDS = {"type": "entity_type"}


def _read(case: Path, name: str) -> Any:
    return json.loads((case / f"{name}.json").read_text(encoding="utf-8"))


def _event(given: dict[str, Any]) -> Event:
    row = {KINDS.get(name, name): value for name, value in given.items()}
    if "message" in row:
        return message(row.pop("message"), **row)
    where, start, confidence = row.pop("in", None), row.pop("start", 0), row.pop("confidence", 0.9)
    shown = span(where, start=start, confidence=confidence) if where else None
    if "entity" in row:
        name = row.pop("entity")
        return entity(name, mention=shown, tag=f"{where} {start}", **row)
    source, target = row.pop("link")
    relationship_id = row.pop("id")
    return link(source, target, relationship_id=relationship_id, evidence=shown, **row)


def _plain(value: Any) -> Any:
    """Times as RFC 3339 text, without a fraction of zero."""
    if isinstance(value, DateTime):
        return value.to_native().isoformat().replace("+00:00", "Z")
    return value


@pytest.mark.neo4j
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_query_gives_the_expected_rows(fresh: Settings, case: Path) -> None:
    constraints.apply(fresh)
    given = Batch(deliveries([_event(one) for one in _read(case, "given")]))
    sink = graph_sink(fresh)
    sink.write(given)
    sink.close()
    text, expected = load_query("graph", f"read/{case.parent.name}").text, _read(case, "expect")["rows"]
    with open_driver(fresh) as driver, driver.session(database=fresh.neo4j.database) as session:
        found = [record.data() for record in session.run(text, _read(case, "params"))]  # type: ignore[arg-type]
    assert len(found) == len(expected)
    for row, wanted in zip(found, expected, strict=True):
        assert {name: _plain(row[name]) for name in wanted} == pytest.approx(wanted)


def test_every_read_query_has_a_case() -> None:
    assert {f"read/{case.parent.name}" for case in CASES} == set(query_names("graph", "read"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_a_case_gives_every_declared_parameter_and_shows_its_arithmetic(case: Path) -> None:
    assert set(_read(case, "params")) == set(load_query("graph", f"read/{case.parent.name}").parameters)
    assert _read(case, "expect")["comment"]


def test_a_message_of_a_case_has_the_id_that_its_mentions_name() -> None:
    assert message("m1").event_id == message_id("m1")
