"""Rows of the graph in words: messages, facts, statements, and why two names are one thing. Pure."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.reports.evidence import MarkedText
from workbench.reports.text import cell, plural

NO_REASON = "no reason was given"

_LONGEST = 1_500
"""Characters: of messages that name as much, one that is read at a glance is shown."""


def message_of(mentions: pl.DataFrame, texts: Mapping[str, str]) -> MarkedText:
    """The message that names most different entities, with its mentions marked.

    Parameters
    ----------
    mentions : polars.DataFrame
        As `workbench.course.views.graph.GraphView.mentions`, not empty.
    texts : mapping
        Message id -> whole text; for a message that is not there its excerpt is shown.
    """
    long = [one for one, text in texts.items() if len(text) > _LONGEST]
    best = (
        mentions.group_by("message_id")
        .agg(pl.col("entity_id").n_unique().alias("entities"), pl.col("occurred_at").min())
        .with_columns(long=pl.col("message_id").is_in(long))
        .sort("long", "entities", "occurred_at", "message_id", descending=[False, True, False, False])
    )["message_id"][0]
    rows = mentions.filter(pl.col("message_id") == best)
    first = rows.row(0, named=True)
    who = first["model_id"] or first["role"] or "somebody"
    said = plural(rows.height, "mention")
    return MarkedText(
        f"{who}, {cell(first['occurred_at'])} UTC: {said}", texts.get(best) or first["excerpt"] or "", rows
    )


def stands(words: str, text: str, start: int, end: int) -> bool:
    """Whether the words stand in the text at ``[start, end)``; beyond the text that is known nobody can tell.

    Examples
    --------
    >>> stands("Kafka", "Use Kafka", 4, 9), stands("Kafka", "Use Kafka", 3, 8), stands("Kafka", "Use", 4, 9)
    (True, False, True)
    """
    return end > len(text) or text[start:end] == words


def overlapping(facts: pl.DataFrame) -> pl.DataFrame:
    """Pieces of one fact that hold at the same moment: there must be none.

    Parameters
    ----------
    facts : polars.DataFrame
        As `with_facts` gives them.

    Returns
    -------
    polars.DataFrame
        Those pieces that begin before an earlier piece of the same fact has ended.
    """
    one = ["kind", "entity_id", "fact", "event_id"]
    pieces = facts.filter(pl.col("kind") != "mention").sort("valid_from", "valid_to", nulls_last=True)
    before = pl.col("valid_to").shift(1).over(one)
    begun = pl.int_range(pl.len()).over(one) > 0
    return pieces.filter(begun & (before.is_null() | (pl.col("valid_from") < before)))


def with_facts(timeline: pl.DataFrame) -> pl.DataFrame:
    """The rows of a timeline, and in ``fact`` what each is about.

    Parameters
    ----------
    timeline : polars.DataFrame
        As `workbench.course.views.graph.GraphView.timeline`.
    """
    other = pl.coalesce("other_name", "other_entity_id")
    arrow = pl.when("forward").then(pl.lit(" → ")).otherwise(pl.lit(" ← "))
    return timeline.with_columns(
        fact=pl.when(pl.col("kind") == "mention")
        .then(pl.lit("mentioned"))
        .when(pl.col("kind").is_in(["link", "merge"]))
        .then(pl.concat_str(pl.col("relationship_type"), arrow, other))
        .when(pl.col("kind") == "deletion")
        .then(pl.lit("deleted"))
        .otherwise(pl.concat_str(pl.lit("described as "), pl.coalesce("text", pl.lit("something"))))
    )


def statements_of(said: pl.DataFrame, disputed: pl.DataFrame, name: str) -> pl.DataFrame:
    """What models said about an entity, in words, with what another model contradicts.

    Parameters
    ----------
    said, disputed : polars.DataFrame
        As `GraphView.statements` and `GraphView.disagreements`.
    name : str
        Of the entity.

    Returns
    -------
    polars.DataFrame
        model_id, statement (String), times (Int64), holds, disputed (Boolean), text (String).
    """
    against = {
        (row[f"{side}model_id"], row["relationship_type"], row[f"{side}said_from_name"], row[f"{side}said_to_name"])
        for row in disputed.iter_rows(named=True)
        for side in ("", "other_")
    }
    rows = []
    for row in said.iter_rows(named=True):
        other = row["other_name"] or row["other_entity_id"]
        start, end = (name, other) if row["forward"] else (other, name)
        rows.append(
            {
                "model_id": row["model_id"],
                "statement": f"{start} {row['relationship_type']} {end}",
                "times": row["times"],
                "holds": row["holds"],
                "disputed": (row["model_id"], row["relationship_type"], start, end) in against,
                "text": row["text"],
            }
        )
    schema = {"model_id": pl.String, "statement": pl.String, "times": pl.Int64, "holds": pl.Boolean}
    return pl.DataFrame(rows, schema={**schema, "disputed": pl.Boolean, "text": pl.String})


def because(properties: str | None) -> str:
    """What explains a link, from its properties: a JSON object.

    Examples
    --------
    >>> because('{"acronym": 2.5, "shared": ["Kafka"]}'), because(None)
    ('acronym 2.5, shared Kafka', 'no reason was given')
    """
    try:
        found = json.loads(properties or "{}")
    except ValueError:
        return str(properties)
    return _told(found) or NO_REASON


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {_told(one)}".strip() for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(_told(one) for one in value)
    return cell(value)
