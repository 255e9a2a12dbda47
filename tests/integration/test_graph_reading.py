"""Reads of the real graph: steps of a neighbourhood, offsets under ingest, hostile texts, every plane of Unicode."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.queries.graph.given import NOON, deliveries, fill
from workbench.course.views.graph import GraphView
from workbench.errors import NotFoundError, SinkBackpressureError
from workbench.graph import constraints
from workbench.graph.reading.conversation import entity_graph
from workbench.graph.reading.dossier import dossier
from workbench.graph.reading.history import as_of, timeline
from workbench.graph.reading.neighbourhood import neighbourhood, shortest_path
from workbench.graph.reading.quality import disagreements, unresolved_duplicates
from workbench.graph.reading.ranking import graph_size
from workbench.graph.reading.reader import GraphReader, Reading, offsets
from workbench.graph.reading.search import search_entities
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Positions, TopicPartition

pytestmark = pytest.mark.neo4j

AT = TopicPartition("case", 0)
PLANES = [f"id {chr(0x10000 * plane + 0x1F600 % 0xFFF0)} '\"`$\\{{}}" for plane in range(17)]
"""One id in each plane of Unicode, with what would end a text in Cypher."""

Row = dict[str, Any]


@pytest.fixture
def reader(fresh: Settings) -> Iterator[GraphReader]:
    constraints.apply(fresh)
    with GraphReader(fresh) as found:
        yield found


def chain(*names: str) -> list[Row]:
    return [{"link": [one, two]} for one, two in pairwise(names)]


def test_each_step_goes_on_from_the_last_and_gives_nothing_twice(fresh: Settings, reader: GraphReader) -> None:
    fill(fresh, [*chain("a", "b", "c", "d", "e", "f", "g"), *chain("c", "a"), *chain("b", "x")])
    for depth, expected in {
        1: {"b": 1, "c": 1},
        2: {"b": 1, "c": 1, "d": 2, "x": 2},
        5: {"b": 1, "c": 1, "d": 2, "x": 2, "e": 3, "f": 4, "g": 5},
    }.items():
        found = neighbourhood(reader, "a", depth=depth).frame
        assert dict(found.select("entity_id", "depth").iter_rows()) == expected
    cut = neighbourhood(reader, "a", depth=5, limit=3).frame
    assert cut["depth"].to_list() == [1, 1, 2]


def test_a_star_of_many_paths_costs_no_more_than_its_entities(fresh: Settings, reader: GraphReader) -> None:
    ring = [f"n{number}" for number in range(40)]  # all linked to all: 40^5 paths of five steps
    fill(fresh, [{"link": [one, two]} for one in ring for two in ring if one < two])
    assert len(neighbourhood(reader, "n0", depth=5, limit=1_000).frame) == 39


def test_an_answer_holds_at_least_what_its_offsets_say_while_batches_are_committed(
    fresh: Settings, reader: GraphReader
) -> None:
    fill(fresh, [{"message": "m"}])
    sink, size, batches = graph_sink(fresh), 20, 40
    claim = sink.claim({AT: "topic"})[AT]
    done = threading.Event()

    def ingest() -> None:
        try:
            for first in range(0, size * batches, size):
                rows = [{"entity": "kafka", "in": "m", "start": first + number} for number in range(size)]
                moved = {AT: Positions(first, first + size, claim.epoch)}
                sink.write(Batch(deliveries(rows, at=AT, first=first), moved))
        finally:
            done.set()

    thread = threading.Thread(target=ingest)
    thread.start()
    seen: set[int] = set()
    try:
        while True:
            last = done.is_set()
            try:
                found = as_of(reader, "kafka")
            except NotFoundError:
                continue
            mentions = found.entity["mentions"][0]
            assert mentions % size == 0
            assert mentions >= found.reflects[("case", 0)]
            seen.add(mentions)
            if last:
                break
    finally:
        thread.join()
        sink.close()
    assert max(seen) == size * batches
    assert len(seen) > 1, "nothing was read while batches were committed"
    assert offsets(reader) == {("case", 0): size * batches}


def test_what_people_type_is_never_an_error(fresh: Settings, reader: GraphReader) -> None:
    fill(fresh, [{"entity": name, "name": name} for name in ("C++", "Node.js", "AND", "Kubernetes")])
    assert search_entities(reader, "c++").frame["name"].to_list() == ["C++"]
    assert search_entities(reader, "k8s").frame.select("name", "exact").rows() == [("Kubernetes", True)]
    assert search_entities(reader, "and").frame["name"].to_list() == ["AND"]
    assert search_entities(reader, "nodejs node.jz").frame["name"].to_list() == ["Node.js"]
    assert len(search_entities(reader, "+++ && || ^2 ~ ***").frame) == 0
    assert len(search_entities(reader, "tenant_id:other OR nothing").frame) == 0

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.text(max_size=40) | st.text(alphabet='+-&|!(){}[]^"~*?:\\/ aANDORT<>=', max_size=40))
    def search(text: str) -> None:
        search_entities(reader, text.encode(errors="replace").decode())

    search()
    search_entities(reader, "x" * 100_000)
    search_entities(reader, "word " * 100_000)


def test_ids_of_every_plane_are_parameters_and_nothing_else(fresh: Settings, reader: GraphReader) -> None:
    fill(fresh, [{"message": "m"}, *({"entity": one, "in": "m"} for one in PLANES), *chain(*PLANES)])
    found = neighbourhood(reader, PLANES[0], depth=5).frame
    assert found["entity_id"].to_list() == PLANES[1:6]
    assert len(shortest_path(reader, PLANES[0], PLANES[8]).frame) == 8
    for one in PLANES:
        assert one in search_entities(reader, one, limit=100).frame["entity_id"].to_list()


def test_an_unknown_and_a_deleted_entity_are_told_apart(fresh: Settings, reader: GraphReader) -> None:
    with pytest.raises(NotFoundError, match="has no entity 'nobody' of tenant 'default'"):
        dossier(reader, "nobody")
    fill(fresh, [*chain("a", "b"), {"entity": "a", "verb": "deleted", "at_s": 60}])
    with pytest.raises(NotFoundError, match=r"'a' is deleted since 2026-01-31T12:01:00\+00:00"):
        neighbourhood(reader, "a")
    before = neighbourhood(reader, "a", as_of=NOON + timedelta(seconds=59)).frame
    assert before["entity_id"].to_list() == ["b"]
    assert timeline(reader, "a").frame["kind"].to_list() == ["link", "deletion"]
    assert dossier(reader, "a").who.deleted_at == NOON + timedelta(seconds=60)


def test_a_dossier_has_all_of_an_entity_and_tells_what_may_be_the_same(fresh: Settings, reader: GraphReader) -> None:
    fill(
        fresh,
        [
            {"message": "m1", "session": "s1", "conversation": "c1", "user": "u1"},
            {
                "message": "m2",
                "session": "s2",
                "conversation": "c2",
                "role": "assistant",
                "provider": "p",
                "model": "m",
            },
            {"entity": "k8s", "in": "m1"},
            {"entity": "kubernetes", "in": "m2"},
            {"entity": "k8s", "verb": "merged", "into": "kubernetes", "at_s": 60},
            {"link": ["kubernetes", "docker"], "in": "m2"},
            {"link": ["kubernetes", "kube"], "kind": "SAME_AS", "in": "m1", "properties": {"score": 0.9}},
        ],
    )
    found = dossier(reader, "k8s")
    assert (found.who.canonical_id, found.who.entity_ids) == ("kubernetes", ["k8s", "kubernetes"])
    assert found.state["mentions"].to_list() == [2]
    assert set(found.sessions["session_id"]) == {"s1", "s2"}
    assert set(found.speakers["provider_id"]) == {None, "p"}
    assert found.links["other_entity_id"].to_list() == ["docker"]
    assert found.same_as.select("other_entity_id", "properties").rows() == [("kube", '{"score":0.9}')]


def test_a_read_that_takes_too_long_is_ended_by_the_server(fresh: Settings) -> None:
    constraints.apply(fresh)
    ring = [f"n{number}" for number in range(60)]
    fill(fresh, [{"link": [one, two]} for one in ring for two in ring if one < two])

    def again_and_again(reading: Reading) -> None:
        while True:
            reading.rows("graph_size")

    with GraphReader(fresh, timeout_s=0.5) as hasty, pytest.raises(SinkBackpressureError, match="cannot count"):
        hasty.read("count", again_and_again)


def test_the_notebooks_view_reads_the_same_and_asks_nobody_when_it_is_off(fresh: Settings) -> None:
    fill(fresh, [{"message": "m", "conversation": "c1"}, {"entity": "kafka", "in": "m"}, *chain("kafka", "redis")])
    view = GraphView(fresh)
    assert view.choose("") == "c1"
    nodes, links = view.entity_graph("c1", min_confidence=0.5)
    assert nodes["entity_id"].to_list() == ["kafka"]
    assert len(links) == 0  # the link has no message of the conversation
    assert view.neighbourhood("kafka").frame["entity_id"].to_list() == ["redis"]
    assert view.path("kafka", "redis").frame["step"].to_list() == [1]
    assert view.search("kafka").frame["exact"].to_list() == [True]
    assert view.new_entities(NOON, NOON + timedelta(seconds=1)).frame["entity_id"].to_list() == ["kafka"]
    assert view.as_of("kafka", NOON).entity["state"].to_list() == ["mentioned"]
    assert len(view.mentions("c1").frame) == 1
    off = GraphView(
        fresh.model_copy(update={"components": fresh.components.model_copy(update={"knowledge_graph": False})})
    )
    assert off.off
    for one, same in ((off, view),):
        for ask in ("neighbourhood", "timeline", "cooccurrence", "statements", "disagreements", "search"):
            empty, full = getattr(one, ask)("kafka").frame, getattr(same, ask)("kafka").frame
            assert (len(empty), empty.schema) == (0, full.schema)
        assert off.dossier("kafka").links.schema == view.dossier("kafka").links.schema
        assert off.duplicates().frame.schema == view.duplicates().frame.schema
        assert (off.reflects(), view.reflects()) == ({}, {})


def test_an_empty_graph_answers_with_no_rows(fresh: Settings, reader: GraphReader) -> None:
    assert len(graph_size(reader).frame) == 0
    assert len(unresolved_duplicates(reader).frame) == 0
    found = entity_graph(reader, "nobody said anything")
    assert (len(found.entities), len(found.links), dict(found.reflects)) == (0, 0, {})
    with pytest.raises(NotFoundError):
        disagreements(reader, "nobody")
