"""Keep the lake's tables small in files and honest in size: status, compaction, vacuum, retention's plan."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from workbench.lake.delta import COMPACT_LEVEL, MissingTableError, delta_errors, open_table, writer_properties
from workbench.lake.layout import RAW_LLM_CALLS
from workbench.lake.schema import TABLES
from workbench.settings import Settings

VACUUM_AFTER_H = 7 * 24
"""Hours for which files of older versions stay: readers and a lagging loader may still need them."""

PARTITION_FRAME = {
    "table": pl.String,
    "lake_date": pl.Date,
    "lake_provider": pl.String,
    "files": pl.Int64,
    "rows": pl.Int64,
    "size_bytes": pl.Int64,
}


def partitions(settings: Settings) -> pl.DataFrame:
    """Files, rows and bytes of every lake partition, as Delta's log tells them.

    Returns
    -------
    polars.DataFrame
        One row per table and partition, in order: table (String), lake_date (Date), lake_provider
        (String, null where the table has no such partition), files, rows, size_bytes (Int64).

    Raises
    ------
    StoreUnavailableError
        When the store does not answer.
    """
    found: list[pl.DataFrame] = []
    for name in TABLES:
        try:
            table = open_table(settings.object_store, name)
        except MissingTableError:
            continue
        with delta_errors(f"read the files of lake table {name}"):
            adds = pl.DataFrame(table.get_add_actions(flatten=True))
        if adds.height == 0:
            continue
        provider = pl.col("partition.lake_provider") if "partition.lake_provider" in adds.columns else pl.lit(None)
        found.append(
            adds.select(
                pl.lit(name).alias("table"),
                pl.col("partition.lake_date").cast(pl.Date).alias("lake_date"),
                provider.cast(pl.String).alias("lake_provider"),
                pl.col("num_records").cast(pl.Int64),
                pl.col("size_bytes").cast(pl.Int64),
            )
            .group_by("table", "lake_date", "lake_provider")
            .agg(files=pl.len().cast(pl.Int64), rows=pl.sum("num_records"), size_bytes=pl.sum("size_bytes"))
        )
    frame = pl.concat(found) if found else pl.DataFrame(schema=PARTITION_FRAME)
    return frame.select(*PARTITION_FRAME).sort("table", "lake_date", "lake_provider")


@dataclass(frozen=True, slots=True)
class Compacted:
    """What a compaction did to one table: files before and after, among those that it touched."""

    table: str
    files_removed: int
    files_added: int


def compact(settings: Settings) -> list[Compacted]:
    """Rewrite small files as large ones; rows, offsets and readers are not disturbed.

    The commit says that it changes no data, so the warehouse loader skips it. Old files stay until
    `vacuum`.
    """
    done: list[Compacted] = []
    for name, declared in TABLES.items():
        try:
            table = open_table(settings.object_store, name)
        except MissingTableError:
            continue
        with delta_errors(f"compact lake table {name}"):
            metrics: dict[str, Any] = table.optimize.compact(
                writer_properties=writer_properties(declared, level=COMPACT_LEVEL)
            )
        done.append(Compacted(name, int(metrics["numFilesRemoved"]), int(metrics["numFilesAdded"])))
    return done


def vacuum(settings: Settings, *, dry_run: bool = True, retention_h: int = VACUUM_AFTER_H) -> dict[str, list[str]]:
    """Delete files that no version within the retention time needs; ends time travel before it.

    Table ``raw_llm_calls`` is left alone: the warehouse can only be rebuilt while every version's files are there.

    Returns
    -------
    dict
        Table -> paths that were, or with `dry_run` would be, deleted.
    """
    found: dict[str, list[str]] = {}
    for name in TABLES:
        if name == RAW_LLM_CALLS:
            continue  # the warehouse is loaded, and rebuilt, version by version from this table's own files
        try:
            table = open_table(settings.object_store, name)
        except MissingTableError:
            continue
        with delta_errors(f"vacuum lake table {name}"):
            found[name] = table.vacuum(
                retention_hours=retention_h, dry_run=dry_run, enforce_retention_duration=retention_h >= VACUUM_AFTER_H
            )
    return found


def beyond_retention(settings: Settings, *, keep_days: int, today: date) -> pl.DataFrame:
    """The partitions whose day of ingestion is older than `keep_days`; nothing is deleted.

    Returns
    -------
    polars.DataFrame
        Rows of `partitions`.
    """
    return partitions(settings).filter(pl.col("lake_date") < today - timedelta(days=keep_days))
