from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from tests.unit.reports.test_pages import HOSTILE, code, notebook, outcome
from workbench.reports.evidence import MOST_CHARS, MarkedText, marked_html
from workbench.reports.outcome import MARKED_MIME
from workbench.reports.page import write_page

TEXT = "Neo4j beats Redis 🎉 says שלום"


def marked(*spans: tuple[int, int, str], text: str = TEXT) -> MarkedText:
    rows = [{"start": a, "end": b, "entity_type": kind, "name": "N", "confidence": 0.9, "method": "gazetteer"}
            for a, b, kind in spans]  # fmt: skip
    schema: dict[str, Any] = {
        "start": pl.Int64, "end": pl.Int64, "entity_type": pl.String, "name": pl.String, "confidence": pl.Float64,
        "method": pl.String,
    }  # fmt: skip
    return MarkedText("user, 12:00", text, pl.DataFrame(rows, schema=schema))


def cut(found: MarkedText) -> list[tuple[str, str]]:
    return [(piece["text"], piece.get("kind", "")) for piece in found.pieces()]


def test_marks_stand_where_the_spans_are_and_no_character_is_lost() -> None:
    found = marked((12, 17, "database"), (0, 5, "database"))
    assert cut(found) == [("Neo4j", "database"), (" beats ", ""), ("Redis", "database"), (" 🎉 says שלום", "")]
    assert "".join(text for text, _ in cut(found)) == TEXT


def test_of_overlapping_spans_the_first_and_longest_is_marked() -> None:
    assert cut(marked((0, 11, "concept"), (0, 5, "database"), (6, 17, "name")))[0] == ("Neo4j beats", "concept")
    assert len(cut(marked((0, 11, "concept"), (6, 17, "name")))) == 2


def test_spans_outside_the_text_are_left_out() -> None:
    assert cut(marked((3, 3, "a"), (-1, 4, "b"), (20, 99, "c"))) == [(TEXT, "")]


def test_a_huge_message_is_cut_and_says_by_how_much() -> None:
    found = marked(text="a" * (MOST_CHARS + 1))
    assert cut(found)[-1] == (" … and 1 character more", "")


def test_type_is_text_and_confidence_and_method_are_told_on_hover() -> None:
    said = marked_html(marked((0, 5, "database")).json())
    assert ">database</small>" in said
    assert 'title="N: database, confidence 0.90, by gazetteer"' in said


def test_nothing_to_show_is_a_line() -> None:
    assert marked_html(marked(text="").json()) == "<p><b>user, 12:00</b></p>"


def test_a_report_marks_a_hostile_message_and_keeps_it_text(tmp_path: Path) -> None:
    spans = pl.DataFrame({"start": [0], "end": [8], "entity_type": [HOSTILE], "name": [HOSTILE], "confidence": [None],
                          "method": [HOSTILE]})  # fmt: skip
    cell = code("said", {MARKED_MIME: MarkedText(HOSTILE, HOSTILE, spans).json(), "text/html": HOSTILE})
    page = write_page(outcome(), notebook(cell), tmp_path / "a.html", started_at=datetime(2026, 1, 1, tzinfo=UTC))
    text = page.read_text()
    assert "<mark" in text
    assert "<img" not in text
    assert "<script>alert" not in text
