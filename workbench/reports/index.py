"""The page that shows a whole run: verdicts, times, headline figures, and the run's tables."""

import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from workbench import __version__
from workbench.reports.blocks import figure_block
from workbench.reports.outcome import Outcome
from workbench.reports.render import render
from workbench.reports.text import cell


@dataclass(frozen=True, slots=True)
class Section:
    """A table for the index page.

    Parameters
    ----------
    title : str
    rows : sequence of mapping
        Same keys in each, in order; a key ``ok`` (bool) becomes a verdict and colours its row.
    note : str
        One sentence under the title.
    """

    title: str
    rows: Sequence[Mapping[str, Any]]
    note: str = ""

    @property
    def ok(self) -> bool:
        """No row says that it is not."""
        return all(bool(row.get("ok", True)) for row in self.rows)


def _table(section: Section) -> dict[str, Any]:
    named = [name for name in (section.rows[0] if section.rows else ()) if name != "ok"]
    names = [name for name in named if any(row.get(name) not in (None, "") for row in section.rows)]
    numeric = {
        name: all(
            isinstance(row.get(name), int | float | None) and not isinstance(row.get(name), bool)
            for row in section.rows
        )
        for name in names
    }
    return {
        "title": section.title,
        "note": section.note,
        "ok": section.ok,
        "has_verdict": bool(section.rows) and "ok" in section.rows[0],
        "columns": [{"name": name.replace("_", " "), "numeric": numeric[name]} for name in names],
        "rows": [
            {"ok": bool(row.get("ok", True)), "cells": [cell(row.get(name)) for name in names]} for row in section.rows
        ],
    }


def _card(done: Outcome) -> dict[str, Any]:
    figure = None if done.headline is None else figure_block(done.headline)
    if figure is not None:
        figure["json"] = Markup(figure["json"])  # noqa: S704  # escaped by figure_block
    return {
        "done": done,
        "number": done.name.split("_", 1)[0].lstrip("0") or done.name,
        "href": None if done.report is None else done.report.name,
        "figure": figure,
    }


def write_index(
    outcomes: Sequence[Outcome],
    target: Path,
    *,
    started_at: datetime,
    sections: Sequence[Section] = (),
    metadata: Mapping[str, str] | None = None,
) -> Path:
    """Write the index page.

    Parameters
    ----------
    outcomes : sequence of Outcome
    target : Path
    started_at : datetime
        Of the run, aware.
    sections : sequence of Section
        More tables, e.g. the reconciliation.
    metadata : mapping of str to str, optional
        Label -> value, shown at the foot.
    """
    held = sum(done.ok for done in outcomes)
    return render(
        "index.html.j2",
        target,
        cards=[_card(done) for done in outcomes],
        held=held,
        ok=held == len(outcomes) and bool(outcomes) and all(section.ok for section in sections),
        sections=[_table(section) for section in sections],
        started_at=started_at,
        wall_s=sum(done.wall_s for done in outcomes),
        cells_s=sum(done.cells_s for done in outcomes),
        metadata={
            **(metadata or {}),
            "workbench": __version__,
            "Python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
    )
