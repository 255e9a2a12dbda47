import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from workbench.errors import CheckFailedError
from workbench.reports.blocks import blocks_of, script_json
from workbench.reports.display import claim
from workbench.reports.index import Section, write_index
from workbench.reports.outcome import CLAIM_MIME, FIGURE_MIME, TABLE_MIME, Failure, Outcome, claims_of, headline_of
from workbench.reports.page import write_page
from workbench.reports.table import table_html, table_json

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Cell(dict[str, Any]):
    __getattr__ = dict.__getitem__


class Notebook(dict[str, Any]):
    __getattr__ = dict.__getitem__


def code(source: str, *data: dict[str, Any], tags: tuple[str, ...] = (), error: str | None = None) -> Cell:
    outputs: list[dict[str, Any]] = [{"output_type": "display_data", "data": one} for one in data]
    if error:
        outputs.append(
            {"output_type": "error", "ename": "CheckFailedError", "evalue": error, "traceback": ["\x1b[31mline\x1b[0m"]}
        )
    metadata = {"tags": list(tags), "papermill": {"duration": 0.25, "status": "completed"}}
    return Cell(cell_type="code", source=source, outputs=outputs, metadata=metadata)


def text(source: str) -> Cell:
    return Cell(cell_type="markdown", source=source, metadata={})


def figure(title: str = "Calls") -> dict[str, Any]:
    layout = {"title": {"text": title}, "template": {"layout": {}}, "height": 300}
    return {FIGURE_MIME: {"data": [{"type": "bar", "x": [HOSTILE], "y": [1]}], "layout": layout}}


def outcome(**changes: Any) -> Outcome:
    given: dict[str, Any] = {"name": "01_topic", "title": "Which is up?", "ok": True, "wall_s": 2.0, "cells_s": 1.5}
    return Outcome(**(given | changes))


def notebook(*cells: Cell) -> Notebook:
    return Notebook(cells=list(cells))


def test_a_report_holds_no_markup_out_of_titles_text_tables_figures_or_errors(tmp_path: Path) -> None:
    table = {TABLE_MIME: table_json(pl.DataFrame({HOSTILE: [HOSTILE]})), "text/html": f"<b>{HOSTILE}</b>"}
    claimed = {CLAIM_MIME: {"text": HOSTILE, "holds": True, "found": {HOSTILE: HOSTILE}}}
    stream = {"text/plain": HOSTILE, "text/html": HOSTILE}
    made = notebook(
        text(f"# {HOSTILE}\n{HOSTILE}"),
        code(f"x = '{HOSTILE}'", figure(HOSTILE), table, claimed, stream, error=HOSTILE),
    )
    failure = Failure("CheckFailedError", HOSTILE, 1, HOSTILE)
    done = outcome(title=HOSTILE, ok=False, failure=failure, parameters={"name": HOSTILE})
    page = write_page(done, made, tmp_path / "a.html", started_at=AT).read_text()
    assert "<img" not in page
    assert "<script>alert" not in page
    assert len(re.findall(r"<script\b", page)) == 3  # the figure's data, plotly.js, and what draws
    assert page.count("alert(1)") >= 8  # it is all there, as text


def test_a_report_loads_nothing_from_a_network(tmp_path: Path) -> None:
    page = write_page(outcome(), notebook(code("1", figure())), tmp_path / "a.html", started_at=AT).read_text()
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", page)
    assert "default-src 'none'" in page
    assert (tmp_path / "plotly.min.js").stat().st_size > 1_000_000


def test_pages_of_a_folder_share_one_plotly_and_a_page_that_stands_alone_has_it_inside(tmp_path: Path) -> None:
    shared = write_page(outcome(), notebook(), tmp_path / "a.html", started_at=AT)
    alone = write_page(outcome(), notebook(), tmp_path / "apart" / "b.html", started_at=AT, standalone=True)
    assert shared.stat().st_size < 100_000
    assert alone.stat().st_size > 4_000_000
    assert [path.name for path in (tmp_path / "apart").iterdir()] == ["b.html"]


def test_parameters_and_papermills_own_marks_are_not_shown_as_cells() -> None:
    made = notebook(
        code("a: int = 1", tags=("parameters",)), code("a = 2", tags=("injected-parameters",)), code("b = a")
    )
    assert [block["kind"] for block in blocks_of(made, "")] == ["code"]


def test_a_cell_that_failed_is_shown_even_when_it_would_be_hidden() -> None:
    made = notebook(code("a: int = 1", tags=("parameters",), error="no"))
    assert [block["kind"] for block in blocks_of(made, "")] == ["code", "error"]


def test_an_errors_traceback_has_no_colour_codes() -> None:
    (block,) = [block for block in blocks_of(notebook(code("1", error="no")), "") if block["kind"] == "error"]
    assert block["trace"] == "line"


def test_the_headline_is_the_tagged_figure_else_the_first() -> None:
    made = notebook(code("1", figure("first")), code("2", figure("second"), tags=("headline",)))
    assert headline_of(made)["layout"]["title"]["text"] == "second"  # type: ignore[index]
    assert headline_of(notebook(code("1", figure("first"))))["layout"]["title"]["text"] == "first"  # type: ignore[index]
    assert headline_of(notebook(code("1"))) is None


def test_json_in_a_script_element_can_not_end_it() -> None:
    encoded = script_json({"a": HOSTILE, "b": "\u2028"})
    assert "<" not in encoded
    assert json.loads(encoded) == {"a": HOSTILE, "b": "\u2028"}


def test_the_index_shows_verdict_time_and_error_of_each_notebook(tmp_path: Path) -> None:
    failure = Failure("CheckFailedError", "stored 1, produced 2", 4)
    outcomes = [
        outcome(claims=("All is up.",)),
        outcome(name="02_topic", title="What is on?", ok=False, failure=failure),
    ]
    page = write_index(outcomes, tmp_path / "index.html", started_at=AT).read_text()
    assert "1 of 2 notebooks failed" in page
    assert "cell 4: CheckFailedError: stored 1, produced 2" in page
    assert "All is up." in page
    assert page.count("2.0 s, cells 1.5 s") == 2


def test_a_table_that_does_not_hold_makes_the_index_red_though_all_notebooks_hold(tmp_path: Path) -> None:
    rows = [{"hop": "graph", "produced": 1200, "ok": True}, {"hop": "lake", "produced": 1200, "ok": False}]
    page = write_index([outcome()], tmp_path / "i.html", started_at=AT, sections=[Section("Counts", rows)]).read_text()
    assert "The notebooks hold, the tables below do not" in page
    assert page.count('<tr class="bad">') == 1
    assert "1,200" in page


def test_an_index_without_notebooks_is_not_green(tmp_path: Path) -> None:
    page = write_index([], tmp_path / "i.html", started_at=AT).read_text()
    assert "Everything holds" not in page


def test_a_table_shows_a_bounded_number_of_rows_and_says_how_many_there_are() -> None:
    table = table_json(pl.DataFrame({"n": range(1000), "name": [HOSTILE] * 1000}), max_rows=3)
    assert len(table["rows"]) == 3
    assert table["total"] == 1000
    html = table_html(table)
    assert "and 997 more rows" in html
    assert "<img" not in html


def test_missing_values_are_empty_and_numbers_have_separators() -> None:
    frame = pl.DataFrame({"a": [None, 1234567], "b": [1.5, None], "c": [[1, 2], []], "d": [b"abc", None]})
    assert table_json(frame)["rows"] == [["", "1.5", "1, 2", "3 bytes"], ["1,234,567", "", "", ""]]


def test_a_claim_that_does_not_hold_is_an_error_with_its_numbers() -> None:
    with pytest.raises(CheckFailedError, match=r"Nothing is lost\. \(stored 3, in the lake 4\)"):
        claim("Nothing is lost.", False, stored=3, in_the_lake=4)


def test_only_claims_that_hold_are_listed() -> None:
    made = notebook(code("1", {CLAIM_MIME: {"text": "a", "holds": True}}, {CLAIM_MIME: {"text": "b", "holds": False}}))
    assert claims_of(made) == ("a",)
