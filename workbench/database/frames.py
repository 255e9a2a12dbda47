"""Read queries of the context store as frames, for notebooks and exercises.

Each function is one query of ``queries/context/read``; its header says what the columns mean.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.database.connection import connect
from workbench.database.faults import translated
from workbench.database.nul import with_nul
from workbench.database.statements import statement
from workbench.settings.schema import Settings

_TIME = pl.Datetime("us", "UTC")
_INT, _FLOAT, _TEXT = pl.Int64(), pl.Float64(), pl.String()

_SEGMENTS: dict[str, pl.DataType] = {
    "rank": _INT,
    "segment": _INT,
    "priority": _FLOAT,
    "weight_ratio": _FLOAT,
    "pinned": pl.Boolean(),
    "feedback": _FLOAT,
    "importance": _FLOAT,
    "recency": _FLOAT,
    "asked_ratio": _FLOAT,
    "entity_ratio": _FLOAT,
    "decision_ratio": _FLOAT,
    "preference_ratio": _FLOAT,
    "code_ratio": _FLOAT,
    "number_ratio": _FLOAT,
    "commitment_ratio": _FLOAT,
    "system_ratio": _FLOAT,
    "status": _TEXT,
    "closed_by": _TEXT,
    "first_sequence": _INT,
    "last_sequence": _INT,
    "turn_count": _INT,
    "token_count": _INT,
    "user_tokens": _INT,
    "fact_turns": _INT,
    "commitment_turns": _INT,
    "revised_turns": _INT,
    "deleted_turns": _INT,
    "names": pl.List(pl.String()),
    "entity_ids": pl.List(pl.String()),
    "tokens_by": pl.String(),
    "heat": _FLOAT,
    "heat_at": _TIME,
    "used_count": _INT,
    "recall_count": _INT,
    "first_at": _TIME,
    "last_at": _TIME,
}
_CONVERSATIONS: dict[str, pl.DataType] = {
    "conversation_id": _TEXT,
    "status": _TEXT,
    "message_count": _INT,
    "token_count": _INT,
    "segment_count": _INT,
    "first_at": _TIME,
    "last_at": _TIME,
}
_COMPOSITION: dict[str, pl.DataType] = {
    "segment": _INT,
    "priority": _FLOAT,
    "turns": _INT,
    "tokens": _INT,
    "turns_in_window": _INT,
    "tokens_in_window": _INT,
    "turns_beyond_window": _INT,
}
_TURNS: dict[str, pl.DataType] = {
    "sequence": _INT,
    "segment": _INT,
    "event_id": _TEXT,
    "role": _TEXT,
    "text": _TEXT,
    "tokens": _INT,
    "occurred_at": _TIME,
    "provider": _TEXT,
    "model": _TEXT,
}
_GAPS: dict[str, pl.DataType] = {
    "conversation_id": _TEXT,
    "after_number": _INT,
    "before_number": _INT,
    "missing": _INT,
}


def _rows(settings: Settings, query: str, parameters: Mapping[str, object]) -> list[tuple[Any, ...]]:
    with connect(settings.postgresql, autocommit=True) as connection, translated(f"answer {query}"):
        return connection.execute(statement(query), parameters).fetchall()


def segments(settings: Settings, *, conversation_id: str, tenant_id: str = "default") -> pl.DataFrame:
    """The stored segments of a conversation in priority order, with the parts of each priority.

    Returns
    -------
    polars.DataFrame
        One row per segment, highest priority first; empty for an unknown conversation. Columns as in
        ``queries/context/read/segments.sql``; `closed_by` is null while open.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL cannot be asked.
    """
    rows = _rows(settings, "read/segments", {"tenant_id": tenant_id, "conversation_id": conversation_id})
    return pl.DataFrame(rows, schema=_SEGMENTS, orient="row")


def longest_conversations(settings: Settings, *, tenant_id: str = "default", limit: int = 20) -> pl.DataFrame:
    """Conversations with the most tokens.

    Returns
    -------
    polars.DataFrame
        One row per conversation, most tokens first. Columns as in ``queries/context/read/longest_conversations.sql``.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL cannot be asked.
    """
    rows = _rows(settings, "read/longest_conversations", {"tenant_id": tenant_id, "row_limit": limit})
    return pl.DataFrame(rows, schema=_CONVERSATIONS, orient="row")


def window_composition(
    settings: Settings, *, conversation_id: str, budget_tokens: int, tenant_id: str = "default"
) -> pl.DataFrame:
    """What a window of the newest turns holds of each segment, and what it no longer shows.

    Parameters
    ----------
    settings : Settings
    conversation_id : str
    budget_tokens : int
        Tokens of the window.
    tenant_id : str

    Returns
    -------
    polars.DataFrame
        One row per segment, in order. Columns as in ``queries/context/read/window_composition.sql``.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL cannot be asked.
    """
    parameters = {
        "tenant_id": tenant_id,
        "conversation_id": conversation_id,
        "budget_tokens": budget_tokens,
        "overhead_tokens": MESSAGE_OVERHEAD_TOKENS,
    }
    return pl.DataFrame(_rows(settings, "read/window_composition", parameters), schema=_COMPOSITION, orient="row")


def conversation_turns(settings: Settings, *, conversation_id: str, tenant_id: str = "default") -> pl.DataFrame:
    """All turns of a conversation with their segments, in order, as they read now; deleted ones are left out.

    Returns
    -------
    polars.DataFrame
        One row per turn: `sequence`, `segment`, `event_id`, `role`, `text` (null while archived), `tokens`,
        `occurred_at`, `provider` and `model` (null when not known).

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL cannot be asked.
    """
    rows = _rows(settings, "read/conversation_turns", {"tenant_id": tenant_id, "conversation_id": conversation_id})
    said = [(*row[:4], None if row[4] is None else with_nul(row[4], row[5]), *row[6:]) for row in rows]
    return pl.DataFrame(said, schema=_TURNS, orient="row")


def source_gaps(settings: Settings, *, tenant_id: str = "default", limit: int = 1_000) -> pl.DataFrame:
    """Numbers that sources left out within conversations and that have not arrived since.

    Returns
    -------
    polars.DataFrame
        One row per gap. Columns as in ``queries/context/read/source_gaps.sql``.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL cannot be asked.
    """
    rows = _rows(settings, "read/source_gaps", {"tenant_id": tenant_id, "row_limit": limit})
    return pl.DataFrame(rows, schema=_GAPS, orient="row")
