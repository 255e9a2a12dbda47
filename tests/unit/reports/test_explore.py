import ipywidgets
import polars as pl

from workbench.reports.dossier import Dossier, dossier_html
from workbench.reports.explore import GraphExplorer, explore_graph, filtered
from workbench.reports.graph_widget import GraphWidget, drawing

EVIL = "<img src=x onerror=\"alert('1')\">&amp;"
NODES = pl.DataFrame(
    {
        "entity_id": ["language:python", "database:neo4j", "person:ada"],
        "name": ["Python", "Neo4j", EVIL],
        "entity_type": ["language", "database", EVIL],
        "mentions": [5, 3, 1],
    }
)
LINKS = pl.DataFrame(
    {
        "from_entity_id": ["language:python", "person:ada"],
        "to_entity_id": ["database:neo4j", "language:python"],
        "relationship_type": ["USES", "PREFERS"],
        "confidence": [0.9, 0.4],
    }
)


def dossier(entity_id: str) -> Dossier:
    said = {"text": [EVIL], "confidence": [0.9]}
    mentions = said | {"occurred_at": [EVIL], "role": [EVIL], "method": [EVIL], "excerpt": [EVIL]}
    links = said | {"relationship_type": [EVIL], "other_name": [EVIL], "forward": [True]}
    sessions = {"session_id": [EVIL], "mentions": [1]}
    return Dossier(entity_id, EVIL, pl.DataFrame(mentions), pl.DataFrame(links), pl.DataFrame(sessions))


def explorer(min_confidence: float = 0.0) -> GraphExplorer:
    made = explore_graph(NODES, LINKS, dossier=dossier, min_confidence=min_confidence)
    assert isinstance(made, GraphExplorer)
    return made


def drawn(made: GraphExplorer) -> tuple[int, int]:
    return len(made.graph.graph["nodes"]), len(made.graph.graph["links"])


def test_filters_by_type_and_by_confidence_redraw_the_graph() -> None:
    made = explorer()
    assert drawn(made) == (3, 2)
    made.sure.value = 0.5
    assert drawn(made) == (3, 1)
    assert made.counted.value == "3 entities, 1 link"
    made.kinds["database"].children[1].value = False
    assert drawn(made) == (2, 0)


def test_the_filter_begins_where_it_is_told() -> None:
    assert drawn(explorer(0.5)) == (3, 1)


def test_a_click_shows_the_dossier_of_the_entity_under_it_and_the_ground_hides_it() -> None:
    made = explorer()
    made.graph.selected = "database:neo4j"
    assert made.entity.value == "database:neo4j"
    assert "<h3>database:neo4j</h3>" in made.text.value
    made.graph.selected = ""
    assert made.entity.value == ""
    assert "Click an entity" in made.text.value


def test_an_entity_chosen_by_name_is_marked_in_the_drawing() -> None:
    made = explorer()
    made.entity.value = "language:python"
    assert made.graph.selected == "language:python"
    assert "<h3>language:python</h3>" in made.text.value


def test_a_filter_that_hides_the_chosen_entity_hides_its_dossier() -> None:
    made = explorer()
    made.graph.selected = "database:neo4j"
    made.kinds["database"].children[1].value = False
    assert (made.entity.value, made.graph.selected) == ("", "")
    assert "Click an entity" in made.text.value


def test_nothing_that_a_stranger_named_is_html_in_python_or_in_javascript() -> None:
    assert "<img" not in dossier_html(dossier(EVIL))
    assert all(
        "<" not in box.children[0].value.replace("<span", "").replace("</span", "") for box in explorer().kinds.values()
    )
    # Names go to the browser as they are, so its program must make text of them and nothing else.
    for unsafe in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(", "DOMParser", "setHTML"):
        assert unsafe not in GraphWidget._esm
    assert "http" not in str(GraphWidget._esm).replace("http://www.w3.org/2000/svg", "") + str(GraphWidget._css)


def test_a_pair_with_several_links_is_one_line_that_tells_all() -> None:
    twice = pl.concat([LINKS.head(1), LINKS.head(1).with_columns(relationship_type=pl.lit("CO_OCCURS_WITH"))])
    found = drawing(NODES, twice)
    (link,) = found["links"]
    assert link["told"] == "Python → Neo4j: USES 0.90, CO_OCCURS_WITH 0.90"
    assert not link["weak"]
    assert drawing(NODES, twice.tail(1))["links"][0]["weak"]
    assert [one["id"] for one in found["nodes"]] == NODES["entity_id"].to_list()


def test_a_link_that_states_no_confidence_is_never_filtered_out() -> None:
    stated = LINKS.with_columns(confidence=pl.lit(None, dtype=pl.Float64))
    assert filtered(NODES, stated, kinds=NODES["entity_type"].to_list(), min_confidence=1.0)[1].height == 2


def test_nothing_to_explore_is_said() -> None:
    label = explore_graph(NODES.clear(), LINKS, dossier=dossier, reason="knowledge graph is switched off")
    assert isinstance(label, ipywidgets.Label)
    assert label.value == "knowledge graph is switched off"
