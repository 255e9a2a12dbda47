"""Rows of lake table ``raw_debates`` to rows of ``debate_rounds``, one per member and round."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pyarrow as pa

from workbench.events.payloads import DebateTurn
from workbench.warehouse.calls import CallBlock
from workbench.warehouse.client import Warehouse

RAW_DEBATES = "raw_debates"
"""The lake table that debates are loaded from."""

DEBATE_COLUMNS = (
    *("debate_id", "event_id", "tenant_id", "conversation_id", "session_id", "user_id", "occurred_at", "ingested_at"),
    *("subject", "rounds", "winner", "winner_provider", "winner_model", "confidence", "outcome", "duration_ms"),
    *("participants", "turns"),
)
"""What is read from the lake."""

_INSTANT = pa.timestamp("us", tz="UTC")
ROUND_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("debate_id", "event_id", "tenant_id", "conversation_id", "session_id")),
        *(("user_id", pa.string()), ("occurred_at", _INSTANT), ("ingested_at", _INSTANT), ("topic", pa.string())),
        *(("round", pa.uint8()), ("position", pa.uint8())),
        *((name, pa.string()) for name in ("kind", "provider", "model", "role")),
        *(("response_time_ms", pa.float64()), ("tokens_used", pa.uint64()), ("confidence_score", pa.float64())),
        *(("vote", pa.uint8()), ("error", pa.string()), ("error_count", pa.uint8()), ("was_winner", pa.uint8())),
        *(("source", pa.string()), ("call_id", pa.string()), ("total_rounds", pa.uint32()), ("winner", pa.string())),
        *(("winner_provider", pa.string()), ("winner_model", pa.string()), ("final_confidence", pa.float64())),
        *(("outcome", pa.string()), ("duration_ms", pa.float64()), ("lake_version", pa.uint64())),
        *(("lake_row", pa.uint64()), ("lake_file", pa.string())),
    ]
)
"""Columns of ``debate_rounds``."""

_decode_turns = msgspec.json.Decoder(list[DebateTurn]).decode
_decode_names = msgspec.json.Decoder(list[str]).decode


def _turns_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A debate's turns; of an older event its participants, and at least one row, so that it is accounted for."""
    turns = [
        {
            "round": one.round,
            "position": one.position,
            "kind": one.kind,
            "provider": one.provider,
            "model": one.model,
            "role": one.role or "",
            "response_time_ms": one.response_time_ms,
            "tokens_used": one.tokens_used,
            "confidence_score": one.confidence,
            "vote": one.vote,
            "error": one.error or "",
            "error_count": int(one.error is not None),
            "was_winner": int(one.won),
            "source": one.source,
            "call_id": one.call_id or "",
        }
        for one in _decode_turns(row["turns"])
    ]
    if turns:
        return turns
    named = _decode_names(row["participants"])[:255] or [""]
    return [
        {
            "round": 0,
            "position": number if name else 0,
            "kind": "answer",
            "provider": name.partition("/")[0],
            "model": name.partition("/")[2],
            "role": "",
            "error": "",
            "error_count": 0,
            "was_winner": int(bool(name) and row["winner"] in (name, name.partition("/")[0])),
            "source": "",
            "call_id": "",
        }
        for number, name in enumerate(named, start=1)
    ]


def round_rows(block: CallBlock) -> pa.Table:
    """The rows of a block's debates."""
    made: list[dict[str, Any]] = []
    for row in block.rows.to_pylist():
        shared = {
            **{name: row[name] for name in DEBATE_COLUMNS[:8]},
            "topic": row["subject"],
            "total_rounds": row["rounds"],
            "winner": row["winner"] or "",
            "winner_provider": row["winner_provider"] or (row["winner"] or "").partition("/")[0],
            "winner_model": row["winner_model"] or (row["winner"] or "").partition("/")[2],
            "final_confidence": row["confidence"],
            "outcome": row["outcome"],
            "duration_ms": row["duration_ms"],
            **{name: row[name] for name in ("lake_version", "lake_row", "lake_file")},
        }
        made += [{**shared, **turn} for turn in _turns_of(row)]
    return pa.Table.from_pylist(made, schema=ROUND_SCHEMA)


def insert_debates(warehouse: Warehouse, lake_table: str, block: CallBlock) -> pa.Table:
    """Insert a block's debates; a block or an event that comes again changes nothing.

    Raises
    ------
    StoreUnavailableError, SinkBackpressureError
        When the same block should be sent again later.
    StoreError
        When ClickHouse refuses it.
    """
    rows = round_rows(block)
    if rows.num_rows:
        settings = {"insert_deduplication_token": block.token(lake_table), "max_partitions_per_insert_block": 0}
        warehouse.insert("debate_rounds", rows, settings=settings)
    return rows
