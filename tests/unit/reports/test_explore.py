import ipywidgets
import polars as pl

from workbench.reports.dossier import Dossier, dossier_html
from workbench.reports.explore import GraphExplorer, explore_graph, filtered, harmless

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
    (graph,) = made.graph.children
    return len(graph.data["nodes"]), len(graph.data["edges"])


def test_filters_by_type_and_by_confidence_redraw_the_graph() -> None:
    made = explorer()
    assert drawn(made) == (3, 2)
    made.sure.value = 0.5
    assert drawn(made) == (3, 1)
    assert made.counted.value == "3 entities, 1 link"
    made.kinds["database"].value = False
    assert drawn(made) == (2, 0)


def test_the_filter_begins_where_it_is_told() -> None:
    assert drawn(explorer(0.5)) == (3, 1)


def test_a_click_shows_the_dossier_of_the_entity_under_it() -> None:
    made = explorer()
    (graph,) = made.graph.children
    graph.selected_node = "1"
    assert made.entity.value == "database:neo4j"
    assert "<h3>database:neo4j</h3>" in made.text.value
    graph.selected_node = None
    assert made.entity.value == ""


def test_nothing_that_a_stranger_named_reaches_the_browser_as_html() -> None:
    made = explorer()
    (graph,) = made.graph.children
    assert "<" not in str(graph.data)
    assert "<" not in str(made.entity.options)
    assert "<" not in str([one.description for one in made.kinds.values()])
    assert "<img" not in dossier_html(dossier(EVIL))


def test_a_harmless_name_reads_the_same_as_text_and_as_html() -> None:
    assert harmless(EVIL) == "‹img src=x onerror=”alert(’1’)”›＆amp;"
    assert harmless("a" * 50, length=5) == "aaaa…"


def test_a_link_that_states_no_confidence_is_never_filtered_out() -> None:
    stated = LINKS.with_columns(confidence=pl.lit(None, dtype=pl.Float64))
    assert filtered(NODES, stated, kinds=NODES["entity_type"].to_list(), min_confidence=1.0)[1].height == 2


def test_nothing_to_explore_is_said() -> None:
    label = explore_graph(NODES.clear(), LINKS, dossier=dossier, reason="knowledge graph is switched off")
    assert isinstance(label, ipywidgets.Label)
    assert label.value == "knowledge graph is switched off"
