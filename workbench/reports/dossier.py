"""What is known of one entity, as frames, and as HTML in which a stranger's name stays text."""

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from workbench.reports.text import cell, plural

_SHOWN = 12
"""Rows of each part: a dossier is read beside the graph, without scrolling far."""


@dataclass(frozen=True, slots=True)
class Dossier:
    """One entity.

    Parameters
    ----------
    name, entity_type : str
    mentions : polars.DataFrame
        ``occurred_at`` (datetime), ``role``, ``text`` (str, the characters that name it), ``confidence`` (float),
        ``method`` (str), ``excerpt`` (str, beginning of the message).
    links : polars.DataFrame
        ``forward`` (bool, whether it starts here), ``relationship_type``, ``other_name`` (str), ``confidence`` (float,
        may be null), ``text`` (str, its evidence, may be null).
    sessions : polars.DataFrame
        ``session_id`` (str), ``mentions`` (int): every session that names it.
    """

    name: str
    entity_type: str
    mentions: pl.DataFrame
    links: pl.DataFrame
    sessions: pl.DataFrame


Row = Mapping[str, Any]


def _small(*parts: object) -> str:
    return f"<small>{' · '.join(html.escape(cell(one)) for one in parts if one is not None)}</small>"


def _sure(value: float | None) -> str | None:
    return None if value is None else f"{value:.2f}"


def _mention(row: Row) -> str:
    said, excerpt = html.escape(cell(row["text"])), html.escape(cell(row["excerpt"])[:160])
    return (
        f"<li><b>{said}</b> {_small(_sure(row['confidence']), row['method'], row['role'], row['occurred_at'])}"
        f"<br><q>{excerpt}</q></li>"
    )


def _link(row: Row) -> str:
    other, kind = html.escape(cell(row["other_name"])), html.escape(cell(row["relationship_type"]))
    evidence = f"<br><q>{html.escape(cell(row['text'])[:160])}</q>" if row["text"] else ""
    arrow = "→" if row["forward"] else "←"
    return f"<li>{arrow} <small>{kind}</small> {other} {_small(_sure(row['confidence']))}{evidence}</li>"


def _session(row: Row) -> str:
    return f"<li>{html.escape(cell(row['session_id']))} {_small(plural(row['mentions'], 'mention'))}</li>"


def _part(title: str, frame: pl.DataFrame, line: Callable[[Row], str]) -> str:
    items = [line(row) for row in frame.head(_SHOWN).iter_rows(named=True)]
    more = f"<li><i>and {frame.height - len(items)} more</i></li>" if frame.height > len(items) else ""
    return f"<h4>{title}</h4><ul>{''.join(items)}{more}</ul>" if items else ""


def dossier_html(found: Dossier) -> str:
    """The dossier as HTML; everything that came from data is escaped."""
    return (
        f'<div class="wb-graph-text"><h3>{html.escape(found.name)}</h3>{_small(found.entity_type)}'
        + _part(plural(found.mentions.height, "mention") + " here", found.mentions, _mention)
        + _part(plural(found.links.height, "link"), found.links, _link)
        + _part(plural(found.sessions.height, "session"), found.sessions, _session)
        + "</div>"
    )
