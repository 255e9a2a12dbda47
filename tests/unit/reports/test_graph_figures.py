"""What the figures of the knowledge graph draw of given frames; expected values are counted by hand."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl
import pytest

from workbench.extraction.types import ENTITY_TYPES, NAME
from workbench.reports.agreement import same_things, statements
from workbench.reports.history import history
from workbench.reports.kinds import FAMILIES, look_of
from workbench.reports.moments import Moment, held, over_time, spread_moments
from workbench.reports.network import entity_graph, top_entities
from workbench.reports.rings import rings
from workbench.reports.streaming import stream

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
EVIL = "<img src=x onerror=alert(1)>"
NODES = pl.DataFrame(
    {"entity_id": ["a", "b", "c"], "name": ["Kafka", "Neo4j", EVIL], "entity_type": ["technology", "database", EVIL],
     "mentions": [3, 2, 1]}
)  # fmt: skip
LINKS = pl.DataFrame({"from_entity_id": ["a", "b"], "to_entity_id": ["b", "c"], "relationship_type": ["USES", EVIL]})


def moments() -> list[Moment]:
    return [Moment(AT, NODES.head(1), LINKS.head(0)), Moment(AT + timedelta(hours=1), NODES, LINKS)]


def test_a_moment_shows_what_held_and_keeps_the_rest_faint_in_its_place() -> None:
    made = over_time(moments())
    early, late = made.data[-3], made.data[-1]
    assert (list(early.x), list(early.y)) == (list(late.x), list(late.y))
    assert [one < 1 for one in early.marker.opacity] == [False, True, True]
    assert set(late.marker.opacity) == {1.0}
    assert (early.visible, late.visible) == (False, True)


def test_each_step_of_the_slider_shows_its_own_moment_and_the_legend() -> None:
    (slider,) = over_time(moments()).layout.sliders
    assert [step.label.partition(": ")[2] for step in slider.steps] == ["1 entity, 0 links", "3 entities, 2 links"]
    # Three types in the legend, then links and nodes of each moment.
    assert slider.steps[0].args[0]["visible"] == [True, True, True, True, True, False, False]
    assert slider.steps[1].args[0]["visible"] == [True, True, True, False, False, True, True]


def test_a_moment_alone_stands_where_it_stands_among_all() -> None:
    early, late = moments()
    alone, among = held(early, among=[late]), over_time([early, late])
    assert sorted(zip(alone.data[-1].x, alone.data[-1].y, strict=True)) == sorted(
        zip(among.data[-1].x, among.data[-1].y, strict=True)
    )
    assert (alone.data[-1].visible, alone.layout.sliders) == (True, ())


def test_moments_are_spread_over_those_at_which_something_began() -> None:
    times = pl.Series([AT + timedelta(minutes=at) for at in (5, 0, 1, 2, 5, 3)])
    assert [one.minute for one in spread_moments(times, 3)] == [0, 2, 5]
    assert len(spread_moments(times, 9)) == 5
    assert spread_moments(times.clear(), 9) == []


def fact(name: str, start: int, end: int | None, *, superseded: bool = False, kind: str = "link") -> dict[str, Any]:
    return {
        "fact": name, "kind": kind, "valid_from": AT + timedelta(days=start), "recorded_at": AT, "text": EVIL,
        "valid_to": None if end is None else AT + timedelta(days=end), "superseded_at": AT if superseded else None,
    }  # fmt: skip


def test_history_tells_what_holds_from_what_ended_and_what_is_no_longer_believed() -> None:
    rows = [
        fact("WORKS_AT → Acme", 0, None, superseded=True),
        fact("WORKS_AT → Acme", 0, 6),
        fact("WORKS_AT → Initech", 6, None),
        fact("mentioned", 1, None, kind="mention"),
    ]
    made = history(pl.DataFrame(rows), until=None)
    bars = {one.name: one for one in made.data}
    assert list(bars) == ["superseded", "holds", "ended", "mentioned"]
    assert list(bars["ended"].x) == [6 * 86_400_000]
    # Open facts reach 8 % of six days beyond the last time that is known.
    assert list(bars["holds"].x) == [pytest.approx(0.08 * 6 * 86_400_000)]


def test_rings_put_each_entity_at_its_distance() -> None:
    near = pl.DataFrame(
        {"depth": [0, 1, 1, 2], "entity_id": ["m", "a", "b", "c"], "name": list("mabc"), "entity_type": ["name"] * 4,
         "via_entity_id": [None, "m", "m", "a"], "relationship_types": [["USES"]] * 4, "confidence": [0.9] * 4,
         "mentions": [1] * 4}
    )  # fmt: skip
    made = rings(near, centre="m")
    (drawn,) = [one for one in made.data if one.name == "name"]
    assert [round((x * x + y * y) ** 0.5, 6) for x, y in zip(drawn.x, drawn.y, strict=True)] == [1, 1, 2]
    assert len(made.layout.shapes) == 2


def test_statements_mark_where_models_contradict_each_other() -> None:
    said = pl.DataFrame(
        {"model_id": ["m1", "m2", "m1"], "statement": ["A WORKS_AT B", "A WORKS_AT C", EVIL], "times": [1, 1, 1],
         "holds": [True, False, False], "disputed": [True, True, False], "text": [EVIL, None, None]}
    )  # fmt: skip
    made = statements(said)
    assert {one.name: len(one.x) for one in made.data} == {"disputed": 2, "superseded": 1}


def test_two_workers_of_one_hop_are_two_lines_in_both_panels() -> None:
    samples = pl.DataFrame(
        {"at_s": [0.0, 0.0, 1.0], "hop": ["graph"] * 3, "pid": [1, 2, 1], "lag_events": [5, None, 0],
         "events_per_s": [1.0, 2.0, 3.0], "state": ["reading"] * 3}
    )  # fmt: skip
    made = stream(samples)
    assert [one.name for one in made.data] == ["graph", "graph", "graph 2", "graph 2"]
    assert list(made.data[0].y) == [5, 0]


def same() -> pl.DataFrame:
    given = {"name": [EVIL], "other_name": ["K"], "entity_type": ["a"], "other_entity_type": ["b"], "score": [0.9]}
    return pl.DataFrame(given | {"because": [EVIL]})


def test_every_type_has_a_look_of_its_own() -> None:
    kinds = [kind for kinds in FAMILIES.values() for kind in kinds]
    assert len({look_of(kind) for kind in kinds}) == len(kinds) == len(set(kinds))
    assert set(kinds) == ENTITY_TYPES - {NAME}


@pytest.mark.parametrize(
    "draw",
    [
        lambda: over_time(moments()),
        lambda: entity_graph(NODES, LINKS),
        lambda: top_entities(NODES.with_columns(conversations=pl.lit(1))),
        lambda: same_things(same(), threshold=0.85),
        lambda: history(pl.DataFrame([fact("a", 0, None)]), until=None),
    ],
)
def test_a_strangers_name_stays_text(draw: Callable[[], go.Figure]) -> None:
    assert "<img" not in str(draw().to_json()).replace("\\u003c", "<")


@pytest.mark.parametrize(
    "draw",
    [
        lambda: over_time([], reason="it is off"),
        lambda: over_time([Moment(AT, NODES.clear(), LINKS)], reason="it is off"),
        lambda: history(pl.DataFrame([fact("a", 0, None)]).clear(), until=None, reason="it is off"),
        lambda: rings(pl.DataFrame(schema={"depth": pl.Int64}), centre="", reason="it is off"),
        lambda: same_things(same().clear(), reason="it is off"),
        lambda: statements(pl.DataFrame(), reason="it is off"),
        lambda: stream(pl.DataFrame(), reason="it is off"),
    ],
)
def test_nothing_to_show_is_said_calmly(draw: Callable[[], go.Figure]) -> None:
    made = draw()
    assert len(made.data) == 0
    assert made.layout.annotations[0].text == "it is off"
