"""What the graph refuses to hold, and the times that it reads. Pure."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.clock import as_utc, rfc3339
from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event

MAX_ID_CHARS = 1_000
"""Longest id: two of them, four bytes a character, are a key; Neo4j's index takes 8,167 bytes."""

MAX_PROPERTIES = 64
"""Properties of one fact: a description, not a document; the event's own payload stays in the lake."""

MAX_PROPERTIES_CHARS = 8_192
"""Characters of a fact's properties as JSON text; every read of the fact carries them."""

MAX_ALIASES = 50
"""Aliases of one entity, each at most `MAX_ALIAS_CHARS`; search looks at all of them."""

MAX_ALIAS_CHARS = 200

_IDS = ("event_id", "tenant_id", "conversation_id", "session_id", "user_id")


def check_ids(event: Event, **ids: str) -> None:
    """Refuse ids that no index takes.

    Raises
    ------
    StoreRefusedError
        When one is longer than `MAX_ID_CHARS`.
    """
    for what, value in ids.items():
        if len(value) > MAX_ID_CHARS:
            raise StoreRefusedError(
                f"event {event.event_id[:64]}: its {what} has {len(value)} characters; the graph takes {MAX_ID_CHARS}"
            )


def check_envelope(event: Event) -> None:
    """The same for the ids of the envelope."""
    longest = max(
        len(event.event_id),
        len(event.tenant_id),
        len(event.conversation_id),
        len(event.session_id),
        len(event.user_id),
    )
    if longest > MAX_ID_CHARS:
        check_ids(event, **{what: getattr(event, what) for what in _IDS})


def valid_time(event: Event, valid_from: datetime | None) -> datetime:
    """When a fact became true: as given, else when the event occurred; never today.

    Raises
    ------
    StoreRefusedError
        When the time has no zone.
    """
    if valid_from is None:
        return event.occurred_at
    try:
        return as_utc(valid_from)
    except (ValueError, OverflowError) as error:
        raise StoreRefusedError(f"event {event.event_id}: valid_from: {error}") from error


def valid_interval(
    event: Event, valid_from: datetime | None, valid_to: datetime | None
) -> tuple[datetime, datetime | None]:
    """When a fact is true: ``[valid_from, valid_to)``.

    Raises
    ------
    StoreRefusedError
        When a time has no zone, the interval is empty, or a deletion has an end.
    """
    since = valid_time(event, valid_from)
    if valid_to is None:
        return since, None
    if event.event_type.endswith(".deleted"):
        raise StoreRefusedError(
            f"event {event.event_id}: a deletion has no valid_to; its valid_from says since when the fact is gone"
        )
    until = valid_time(event, valid_to)
    if until <= since:
        raise StoreRefusedError(
            f"event {event.event_id}: valid_to {rfc3339(until)} is not after valid_from {rfc3339(since)};"
            " to end a fact, delete it with valid_from = its end, or repeat its valid_from"
        )
    return since, until


def recorded_time(event: Event) -> datetime:
    """When the event was taken in: transaction time. An event that passed no outbox has its own time only."""
    return event.occurred_at if event.ingested_at is None else event.ingested_at


def properties_text(event: Event, properties: Mapping[str, Any] | None) -> str | None:
    """A fact's properties as JSON text with sorted names; None for none. Neo4j has no map-valued properties.

    Raises
    ------
    StoreRefusedError
        When they are too many or too long.
    """
    if not properties:
        return None
    text = json.dumps(properties, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    if len(properties) > MAX_PROPERTIES or len(text) > MAX_PROPERTIES_CHARS:
        raise StoreRefusedError(
            f"event {event.event_id}: it has {len(properties)} properties in {len(text)} characters;"
            f" the graph takes {MAX_PROPERTIES} in {MAX_PROPERTIES_CHARS}"
        )
    return text


def checked_aliases(event: Event, aliases: list[str] | None) -> list[str] | None:
    """Aliases, each once and in order; None for none.

    Raises
    ------
    StoreRefusedError
        When they are too many or one is too long.
    """
    found = sorted(set(aliases or ()))
    longest = max(map(len, found), default=0)
    if len(found) > MAX_ALIASES or longest > MAX_ALIAS_CHARS:
        raise StoreRefusedError(
            f"event {event.event_id}: it has {len(found)} aliases, the longest of {longest} characters;"
            f" the graph takes {MAX_ALIASES} of {MAX_ALIAS_CHARS}"
        )
    return found or None
