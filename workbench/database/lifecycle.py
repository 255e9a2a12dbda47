"""Where segments stand, and their texts on the way out and back; within the caller's transaction."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.context.eviction import HEAT_HALF_LIFE_S, Evictable
from workbench.context.lifecycle import Held, Status, check_move
from workbench.database.connection import BoundedConnection
from workbench.database.nul import without_nul
from workbench.database.statements import statement
from workbench.errors import NotFoundError, SegmentStateError


@dataclass(frozen=True, slots=True)
class SegmentKey:
    """One segment of one conversation of one tenant."""

    tenant_id: str
    conversation_id: str
    segment: int

    def columns(self) -> dict[str, object]:
        """As parameters of a query."""
        return {"tenant_id": self.tenant_id, "conversation_id": self.conversation_id, "segment": self.segment}


@dataclass(frozen=True, slots=True)
class SegmentText:
    """A message of a segment as it was said first.

    Parameters
    ----------
    event_id : str
    occurred_at : datetime
    ingested_at : datetime or None
    payload_sha256 : str
    text : str or None
        As PostgreSQL holds it, U+2400 in the place of U+0000; None while it is archived.
    nul_offsets : list of int or None
    archived_sha256 : str or None
        Of the text while it is archived.
    revised : bool
        Whether it was edited or deleted since.
    """

    event_id: str
    occurred_at: datetime
    ingested_at: datetime | None
    payload_sha256: str
    text: str | None
    nul_offsets: list[int] | None
    archived_sha256: str | None
    revised: bool


def text_digest(text: str) -> str:
    """SHA-256 of a text's UTF-8, as PostgreSQL computes it too."""
    return hashlib.sha256(text.encode()).hexdigest()


def held_segments(connection: BoundedConnection, tenant_id: str, *, conversation_id: str | None = None) -> list[Held]:
    """The segments of a tenant, or of one of its conversations, as `workbench.context.lifecycle` sees them."""
    rows = connection.execute(
        statement("lifecycle/held_segments"), {"tenant_id": tenant_id, "conversation_id": conversation_id}
    )
    return [_held(*row) for row in rows]


def _held(
    conversation_id: str,
    segment: int,
    status: Status,
    token_count: int,
    priority: float,
    last_at: datetime,
    pinned: bool,
    heat: float,
    heat_at: datetime | None,
    hot_bytes: int,
    is_last: bool,
) -> Held:
    evictable = Evictable(
        number=segment,
        token_count=token_count,
        priority=priority,
        last_at=last_at,
        pinned=pinned,
        heat=heat,
        heat_at=heat_at,
    )
    return Held(conversation_id, status, int(hot_bytes), evictable, is_last)


def segment_texts(connection: BoundedConnection, key: SegmentKey) -> list[SegmentText]:
    """The messages of a segment, in order; none for an unknown one."""
    return [SegmentText(*row) for row in connection.execute(statement("lifecycle/segment_texts"), key.columns())]


def lock_for(connection: BoundedConnection, key: SegmentKey, to: Status) -> None:
    """Lock the conversation, and see that its segment may become that.

    Raises
    ------
    NotFoundError
        When there is no such segment.
    SegmentStateError
        When it may not become that, or is the last one of a conversation that goes on.
    """
    found = connection.execute(statement("lifecycle/lock_segment"), key.columns()).fetchone()
    if found is None:
        raise NotFoundError(f"conversation {key.conversation_id} has no segment {key.segment}")
    status, is_last = found
    check_move(status, to, segment=key.segment)
    if is_last:
        raise SegmentStateError(f"segment {key.segment} is the last one of a conversation that goes on; it stays")


def take_out(connection: BoundedConnection, key: SegmentKey, verified: Mapping[str, str]) -> int:
    """Archive a segment: take its texts out of PostgreSQL.

    Parameters
    ----------
    connection : BoundedConnection
        Inside a transaction.
    key : SegmentKey
    verified : mapping
        Event id -> digest of the text that was found in the lake.

    Returns
    -------
    int
        Messages whose text went.

    Raises
    ------
    SegmentStateError
        When a text is another one than was verified, or one was not; nothing is changed once the caller rolls back.
    """
    lock_for(connection, key, "archived")
    due = {one.event_id for one in segment_texts(connection, key) if one.text is not None}
    digests = {event_id: verified.get(event_id, "") for event_id in sorted(due)}
    which = {**key.columns(), "event_ids": list(digests), "digests": list(digests.values())}
    del which["segment"]
    gone = {row[0] for row in connection.execute(statement("lifecycle/archive_texts"), which)}
    if due - gone:
        raise SegmentStateError(f"segment {key.segment} changed while it was compared with the lake; archive it again")
    connection.execute(statement("lifecycle/mark_archived"), key.columns())
    return len(gone)


def put_back(connection: BoundedConnection, key: SegmentKey, texts: Mapping[str, str]) -> int:
    """Recall a segment: put its texts back.

    Raises
    ------
    SegmentStateError
        When a text is missing or is not byte for byte what was taken out.
    """
    lock_for_recall(connection, key)
    archived = [one for one in segment_texts(connection, key) if one.archived_sha256 is not None]
    which = {**key.columns(), "event_ids": list(texts), "texts": list(texts.values())}
    del which["segment"]
    back = {row[0] for row in connection.execute(statement("lifecycle/restore_texts"), which)}
    if missing := {one.event_id for one in archived} - back:
        raise SegmentStateError(
            f"{len(missing)} messages of segment {key.segment} are not in the lake as they were archived,"
            f" the first is {min(missing)}; look at it: workbench reconcile"
        )
    if revised := [one.event_id for one in archived if one.revised]:
        again = {"tenant_ids": [key.tenant_id] * len(revised), "message_ids": revised}
        again["conversation_ids"] = [key.conversation_id] * len(revised)
        connection.execute(statement("write/apply_revisions"), again)
    connection.execute(statement("lifecycle/mark_recalled"), key.columns())
    return len(back)


def lock_for_recall(connection: BoundedConnection, key: SegmentKey) -> None:
    """Lock the conversation, and see that its segment is archived.

    Raises
    ------
    NotFoundError, SegmentStateError
        When it is not there or not archived.
    """
    found = connection.execute(statement("lifecycle/lock_segment"), key.columns()).fetchone()
    if found is None:
        raise NotFoundError(f"conversation {key.conversation_id} has no segment {key.segment}")
    if found[0] != "archived":
        raise SegmentStateError(f"segment {key.segment} is {found[0]}, not archived; there is nothing to recall")


def save_summary(connection: BoundedConnection, key: SegmentKey, *, summary: str, tokens: int) -> None:
    """Compress a segment: keep the summary that stands for its texts; the texts stay until they are archived.

    Raises
    ------
    NotFoundError, SegmentStateError
        When it is not there or not active.
    """
    lock_for(connection, key, "compressed")
    text, _ = without_nul(summary)  # no summary is byte-exact
    given = {"summary": text, "summary_tokens": tokens}
    connection.execute(statement("lifecycle/save_summary"), {**key.columns(), **given})


def use_segments(
    connection: BoundedConnection, tenant_id: str, *, conversation_id: str, segments: Sequence[int], used_at: datetime
) -> None:
    """Count that a window used these segments: their heat rises (`workbench.context.eviction.heat`)."""
    connection.execute(
        statement("lifecycle/use_segments"),
        {
            "tenant_id": tenant_id,
            "conversation_id": conversation_id,
            "segments": list(segments),
            "used_at": used_at,
            "half_life_s": HEAT_HALF_LIFE_S,
        },
    )


def undescribed_segments(connection: BoundedConnection, tenant_id: str, *, limit: int) -> list[SegmentKey]:
    """Closed segments whose tokens per tokenizer and entities nobody has written down yet."""
    rows = connection.execute(statement("lifecycle/undescribed_segments"), {"tenant_id": tenant_id, "row_limit": limit})
    return [SegmentKey(tenant_id, *row) for row in rows]


def describe_segment(
    connection: BoundedConnection, key: SegmentKey, *, tokens_by: Mapping[str, int], entity_ids: Sequence[str]
) -> None:
    """Write down a closed segment's tokens per tokenizer and the entities that its turns name."""
    given = {"tokens_by": json.dumps(dict(tokens_by)), "entity_ids": list(entity_ids)}
    connection.execute(statement("lifecycle/describe_segment"), {**key.columns(), **given})
