"""Our own HTML: one template folder, escaped by default, nothing loaded from a network."""

import os
import secrets
import shutil
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2
import plotly
from markupsafe import Markup

from workbench.reports import text
from workbench.reports.template import PALETTE

PLOTLY_FILE = "plotly.min.js"


def _plotly_source() -> Path:
    return Path(plotly.__file__).parent / "package_data" / PLOTLY_FILE


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=text.number, seconds=text.seconds, cell=text.cell)
    return environment


def _template(name: str) -> str:
    return (files("workbench.reports") / "templates" / name).read_text(encoding="utf-8")


def share_plotly(folder: Path) -> str:
    """Put plotly.js beside the pages, once; gives its name relative to them.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    target = folder / PLOTLY_FILE
    source = _plotly_source()
    if not target.is_file() or target.stat().st_size != source.stat().st_size:
        part = target.with_suffix(".part")
        shutil.copyfile(source, part)
        part.replace(target)
    return PLOTLY_FILE


def render(template: str, target: Path, *, standalone: bool = False, **values: Any) -> Path:
    """Write one page.

    Parameters
    ----------
    template : str
        Name in ``templates``.
    target : Path
        Replaced whole or not at all.
    standalone : bool
        Whether plotly.js (4.8 MB) stands inside the page, so that the file can be sent alone;
        otherwise the pages of a folder share one copy beside them.
    **values
        For the template.

    Returns
    -------
    Path
        `target`.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    plotly_inline = Markup(_plotly_source().read_text(encoding="utf-8")) if standalone else None  # noqa: S704  # ours
    page = (
        _environment()
        .get_template(template)
        .render(
            **values,
            nonce=secrets.token_urlsafe(16),
            palette=list(PALETTE),
            style=Markup(_template("style.css")),  # noqa: S704  # ours
            script=Markup(_template("figures.js")),  # noqa: S704  # ours
            plotly_inline=plotly_inline,
            plotly_file=None if standalone else share_plotly(target.parent),
        )
    )
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    part.write_text(page, encoding="utf-8")
    part.replace(target)
    return target
