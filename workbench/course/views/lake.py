"""The data lake: partitions, archived events, raw payloads."""

import hashlib
from dataclasses import dataclass

import polars as pl

from workbench.course.views.switch import off_reason
from workbench.settings import Settings

_PARTITIONS = {
    "table": pl.String,
    "lake_partition": pl.String,
    "files": pl.Int64,
    "rows": pl.Int64,
    "size_bytes": pl.Int64,
}
_PAYLOADS = {
    "call_id": pl.String,
    "provider": pl.String,
    "request_bytes": pl.Int64,
    "response_bytes": pl.Int64,
    "verified": pl.Boolean,
}
_BODIES = ("request", "request_sha256", "response", "response_sha256")
_READ = ("call_id", "provider", "ingested_at", "request_bytes", "response_bytes", *_BODIES)


def _is(body: bytes, sha256: str) -> bool:
    return hashlib.sha256(body).hexdigest() == sha256


@dataclass(frozen=True, slots=True)
class LakeView:
    """The lake's tables on the object store.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    @property
    def off(self) -> str:
        """Why there is nothing, when the lake is switched off; else empty."""
        return off_reason(self.settings, "data_lake")

    def partitions(self) -> pl.DataFrame:
        """Files, rows and bytes per table and lake partition.

        Returns
        -------
        polars.DataFrame
            table, lake_partition (String), files, rows, size_bytes (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_PARTITIONS)
        from workbench.lake.maintenance import partitions

        day = pl.col("lake_date").cast(pl.String)
        name = pl.concat_str(day, pl.col("lake_provider"), separator=", ", ignore_nulls=True)
        return partitions(self.settings).with_columns(lake_partition=name).select(*_PARTITIONS)

    def archived(self, accounts: pl.DataFrame) -> pl.DataFrame:
        """What was produced, and what of it the lake has archived, by type.

        Parameters
        ----------
        accounts : polars.DataFrame
            As `FlowView.accounts` gives them.

        Returns
        -------
        polars.DataFrame
            event_type (String), produced, archived, pending, lost (Int64, distinct events).
        """
        rows = accounts.filter(pl.col("hop") == "lake")
        return rows.select("event_type", "produced", pl.col("stored").alias("archived"), "pending", "lost")

    def calls(self, *, limit: int = 20) -> pl.DataFrame:
        """Recorded calls with a raw request and response, the newest first, each read back and verified.

        The bytes are hashed anew and compared with the hash that was recorded at the source.

        Returns
        -------
        polars.DataFrame
            One row per call: call_id, provider (String), request_bytes, response_bytes (Int64), verified
            (Boolean).
        """
        if self.off:
            return pl.DataFrame(schema=_PAYLOADS)
        from workbench.lake.layout import RAW_LLM_CALLS
        from workbench.lake.scan import LakeScan

        with LakeScan(self.settings) as scan:
            table = scan.table(RAW_LLM_CALLS)
            if table is None:
                return pl.DataFrame(schema=_PAYLOADS)
            recorded = pl.col("request_bytes").is_not_null() & pl.col("response_bytes").is_not_null()
            stored = pl.scan_pyarrow_dataset(table.to_pyarrow_dataset()).filter(recorded).select(_READ)
            newest = stored.sort("ingested_at", "call_id", descending=True).unique("call_id", maintain_order=True)
            calls = newest.head(limit).collect()
        verified = [
            _is(request, request_sha256) and _is(response, response_sha256)
            for request, request_sha256, response, response_sha256 in calls.select(_BODIES).iter_rows()
        ]
        return calls.with_columns(verified=pl.Series(verified, dtype=pl.Boolean)).select(*_PAYLOADS)
