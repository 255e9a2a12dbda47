"""The one envelope that every event travels in, and how its identity is made.

Source: the envelope of the product contract; wire names are HelixAgent's.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

SCHEMA_VERSION = 1
"""The schema version that this program writes. Older ones are read as new, newer ones are refused."""

CLAIM_CHECK_BYTES = 256 * 1024
"""A payload above this size is kept apart as a blob: Kafka's throughput falls off with megabyte records."""


class PayloadRef(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """Where a claim-checked payload's bytes are: a blob named by its SHA-256."""

    sha256: str
    size_bytes: int
    media_type: str = "application/json"


class Event(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One event.

    Parameters
    ----------
    event_id : str
        64 hexadecimal digits; see `event_id_of` and `derived_event_id`.
    event_type : str
        A key of `workbench.events.topics.EVENT_TYPES`.
    schema_version : int
    occurred_at : datetime
        When it happened at its source; aware, UTC.
    ingested_at : datetime or None
        When the outbox took it in, strictly increasing; not part of the identity. Retention counts from here.
    tenant_id, conversation_id, session_id, user_id : str
    source_sequence : int or None
        The source's own numbering within the conversation, when it has one.
    payload : msgspec.Raw
        JSON of the payload type of `event_type`, exactly as produced; ``null`` when claim-checked.
    payload_ref : PayloadRef or None
        Set exactly when the payload is claim-checked.
    """

    event_id: str
    event_type: str
    occurred_at: datetime
    tenant_id: str
    conversation_id: str
    session_id: str
    user_id: str
    payload: msgspec.Raw
    schema_version: int = SCHEMA_VERSION
    ingested_at: datetime | None = None
    source_sequence: int | None = None
    payload_ref: PayloadRef | None = None


def event_id_of(source: str, row: bytes, ordinal: int = 0) -> str:
    """Identity of an event read from a source.

    Parameters
    ----------
    source : str
        Name of the format or system, e.g. ``aider``.
    row : bytes
        The row's bytes as they stand in the source.
    ordinal : int
        0 for the first of several identical rows, 1 for the second, and so on, so that importing a
        log twice changes nothing and two equal rows stay two.

    Examples
    --------
    >>> event_id_of("aider", b"{}") == event_id_of("aider", b"{}")
    True
    >>> event_id_of("aider", b"{}") == event_id_of("aider", b"{}", ordinal=1)
    False
    """
    digest = hashlib.sha256()
    for part in (source.encode(), row, str(ordinal).encode()):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def derived_event_id(cause_event_id: str, *parts: str) -> str:
    """Identity of an event that follows from another one; the same cause and parts give the same id.

    Parameters
    ----------
    cause_event_id : str
    *parts : str
        What tells this event from the others of the same cause, e.g. entity id and span.
    """
    return event_id_of(cause_event_id, "\x1f".join(parts).encode())


def numbered_rows(rows: Iterable[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each row with its ordinal among identical rows before it.

    Examples
    --------
    >>> list(numbered_rows([b"a", b"b", b"a"]))
    [(b'a', 0), (b'b', 0), (b'a', 1)]
    """
    seen: dict[bytes, int] = {}
    for row in rows:
        digest = hashlib.blake2b(row, digest_size=16).digest()  # 16 bytes a row, however long the rows are
        ordinal = seen.get(digest, 0)
        seen[digest] = ordinal + 1
        yield row, ordinal
