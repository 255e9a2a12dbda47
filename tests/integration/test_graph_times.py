"""Both times in the graph: what an as-of question finds, deletions, revivals, merges and their undoing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.integration.graph_batches import NOON, deliveries, entity, known, link, message, rows, span
from workbench.events.envelope import Event
from workbench.graph import constraints
from workbench.graph.driver import open_driver
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.neo4j

AS_OF = """
WHERE f.valid_from <= $valid AND (f.valid_to IS NULL OR $valid < f.valid_to)
  AND f.recorded_at <= $known AND (f.superseded_at IS NULL OR $known < f.superseded_at)
RETURN"""


@pytest.fixture
def sink(fresh: Settings) -> Iterator[GraphSink]:
    constraints.apply(fresh)
    sink = graph_sink(fresh)
    yield sink
    sink.close()


def write(sink: GraphSink, *events: Event) -> None:
    """Each event in a batch of its own."""
    for event in events:
        sink.write(Batch(deliveries([event])))


def as_of(settings: Settings, pattern: str, wanted: str, valid_s: float, known_s: float = 9_999) -> list[Any]:
    """What holds, as known: seconds after noon on either axis."""
    times = {"valid": NOON + timedelta(seconds=valid_s), "known": NOON + timedelta(seconds=known_s)}
    with open_driver(settings) as driver, driver.session(database=settings.neo4j.database) as session:
        return [row[0] for row in session.run(f"{pattern} {AS_OF} {wanted} ORDER BY {wanted}", times)]  # type: ignore[arg-type]


EMPLOYER = "MATCH (:Entity {entity_id: 'ann'})-[f:WORKS_AT]->(to)"
NAME = "MATCH (f:EntityVersion)-[:VERSION_OF]->(:Entity {entity_id: 'k'})"
INTO = "MATCH (:Entity {entity_id: 'k'})-[f:MERGED_INTO]->(to)"


def test_a_later_employer_retires_the_earlier_one_and_what_was_believed_stays(fresh: Settings, sink: GraphSink) -> None:
    write(
        sink,
        known(link("ann", "acme", kind="WORKS_AT", valid_from=NOON), 100),
        known(link("ann", "redis", kind="USES", valid_from=NOON), 150),
        known(link("ann", "beta", kind="WORKS_AT", valid_from=NOON + timedelta(seconds=50)), 200),
    )
    assert [as_of(fresh, EMPLOYER, "to.entity_id", at) for at in (-1, 0, 49, 50)] == [[], ["acme"], ["acme"], ["beta"]]
    assert [as_of(fresh, EMPLOYER, "to.entity_id", 60, known) for known in (99, 100, 199, 200)] == [
        [],
        ["acme"],
        ["acme"],
        ["beta"],
    ]
    current = "MATCH (:Entity {entity_id: 'ann'})-[f]->(to) WHERE f.superseded_at IS NULL AND f.valid_to IS NULL"
    assert rows(fresh, f"{current} RETURN to.entity_id ORDER BY to.entity_id") == [("beta",), ("redis",)]


def test_a_description_has_its_history_and_the_entity_its_last_one(fresh: Settings, sink: GraphSink) -> None:
    write(
        sink,
        known(entity("k", at_s=1, name="seen", mention=span("m")), 90),
        known(entity("k", "updated", at_s=9, name="new", aliases=["n"], properties={"stars": 3}), 100),
        known(entity("k", at_s=3, name="old", entity_type="concept"), 110),
        known(entity("k", at_s=0, name="seen earlier", mention=span("n")), 120),
    )
    assert [as_of(fresh, NAME, "f.name", at) for at in (2, 3, 8, 9)] == [[], ["old"], ["old"], ["new"]]
    assert as_of(fresh, NAME, "f.name", 5, known_s=105) == []
    asked = "MATCH (e:Entity {entity_id: 'k'}) RETURN e.name, e.aliases, e.properties, e.version, labels(e)"
    found = rows(fresh, asked)
    assert found == [("new", ["n"], '{"stars":3}', 1, found[0][-1])]
    assert sorted(found[0][-1]) == ["Concept", "Entity", "Technology"]
    times = "MATCH (e:Entity {entity_id: 'k'}) UNWIND [e.first_seen_at, e.last_seen_at, e.recorded_at] AS t RETURN t"
    assert [(one[0].to_native() - NOON).total_seconds() for one in rows(fresh, times)] == [0, 9, 90]


def test_a_deleted_entity_keeps_its_node_its_mentions_and_its_links(fresh: Settings, sink: GraphSink) -> None:
    write(
        sink,
        known(entity("k", mention=span("m")), 1),
        known(link("k", "r"), 2),
        known(entity("k", "deleted", at_s=60), 100),
        known(entity("k", at_s=70, mention=span("n")), 110),  # being mentioned does not revive it
    )
    state = "MATCH (e:Entity {entity_id: 'k'}) RETURN e.name, e.deleted_at.epochSeconds - e.first_seen_at.epochSeconds"
    assert rows(fresh, state) == [("k", 60)]
    assert [as_of(fresh, NAME, "f.deleted", at) for at in (59, 60)] == [[], [True]]
    assert rows(fresh, "MATCH (:Entity {entity_id: 'k'})-[r]->() RETURN type(r) ORDER BY type(r)") == [
        ("MENTIONED_IN",),
        ("MENTIONED_IN",),
        ("USES",),
    ]
    write(sink, known(entity("k", "updated", at_s=80, name="back"), 120))
    assert rows(fresh, "MATCH (e:Entity {entity_id: 'k'}) RETURN e.name, e.deleted_at") == [("back", None)]
    assert [as_of(fresh, NAME, "f.deleted", at) for at in (70, 80)] == [[True], [False]]


def test_a_deleted_link_leaves_no_version_after_it_and_a_later_one_revives_it(fresh: Settings, sink: GraphSink) -> None:
    write(sink, known(link("k", "r", "deleted", at_s=5), 10), known(link("k", "r", at_s=1), 20))
    pattern = "MATCH ()-[f:USES]->(to)"
    assert [as_of(fresh, pattern, "to.entity_id", at) for at in (0, 1, 4, 5)] == [[], ["r"], ["r"], []]
    write(sink, known(link("k", "r", at_s=7), 30))
    assert [as_of(fresh, pattern, "to.entity_id", at) for at in (4, 5, 7)] == [["r"], [], ["r"]]


def test_a_merge_is_told_with_its_times_and_one_into_itself_undoes_it(fresh: Settings, sink: GraphSink) -> None:
    write(
        sink,
        known(entity("k", mention=span("m")), 1),
        known(entity("k", "merged", at_s=10, merged_into="a"), 100),
        known(entity("k", "merged", at_s=20, merged_into="b"), 110),
        known(entity("k", "merged", at_s=30, merged_into="k"), 120),
    )
    assert [as_of(fresh, INTO, "to.entity_id", at) for at in (9, 10, 20, 30)] == [[], ["a"], ["b"], []]
    assert as_of(fresh, INTO, "to.entity_id", 40, known_s=115) == ["b"]
    assert rows(fresh, "MATCH (e:Entity {entity_id: 'k'})-[r:MENTIONED_IN]->() RETURN count(r)") == [(1,)]


def test_merges_in_a_circle_are_kept_as_they_were_said(fresh: Settings, sink: GraphSink) -> None:
    circle = [entity(one, "merged", merged_into=into) for one, into in (("a", "b"), ("b", "c"), ("c", "a"))]
    write(sink, *circle)
    asked = "MATCH (e)-[:MERGED_INTO]->(to) RETURN e.entity_id, to.entity_id ORDER BY e.entity_id"
    assert rows(fresh, asked) == [("a", "b"), ("b", "c"), ("c", "a")]


def test_a_link_that_comes_before_its_entities_meets_them_later(fresh: Settings, sink: GraphSink) -> None:
    write(sink, link("k", "r"), message("m"), entity("k", mention=span("m"), name="K"), entity("r", name="R"))
    assert rows(fresh, "MATCH (a)-[:USES]->(b) RETURN a.name, b.name") == [("K", "R")]


def test_two_tenants_with_one_entity_id_have_two_entities_and_two_histories(fresh: Settings, sink: GraphSink) -> None:
    for tenant, name in (("t1", "one"), ("t2", "two")):
        write(sink, entity("k", name=name, tenant=tenant), link("k", "r", tenant=tenant))
    asked = (
        "MATCH (v:EntityVersion)-[:VERSION_OF]->(e:Entity)-[:USES]->(r:Entity)"
        " RETURN e.tenant_id, v.tenant_id, r.tenant_id, e.name, v.name ORDER BY e.tenant_id"
    )
    assert rows(fresh, asked) == [("t1", "t1", "t1", "one", "one"), ("t2", "t2", "t2", "two", "two")]


def test_a_graph_from_before_tenants_were_part_of_the_key_takes_the_new_constraint(fresh: Settings) -> None:
    constraints.apply(fresh)
    rows(fresh, "DROP CONSTRAINT entity_key")
    rows(fresh, "CREATE CONSTRAINT entity_id FOR (n:Entity) REQUIRE n.entity_id IS UNIQUE")
    rows(fresh, "CREATE (:Entity {entity_id: 'k'})")
    constraints.apply(fresh)
    names = {name for (name,) in rows(fresh, "SHOW CONSTRAINTS YIELD name RETURN name")}
    assert "entity_key" in names
    assert "entity_id" not in names
