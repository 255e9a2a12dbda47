"""Events to bytes and back, checked in both directions."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import msgspec

from workbench.clock import as_utc, rfc3339
from workbench.errors import EventError, FutureVersionError
from workbench.events.envelope import SCHEMA_VERSION, Event, PayloadRef
from workbench.events.payloads import EntityUpdate, Payload, RelationshipUpdate
from workbench.events.topics import EVENT_TYPES, EventType

NULL_PAYLOAD = msgspec.Raw(b"null")


def _encode_other(value: Any) -> Any:
    raise EventError(f"a value of type {type(value).__name__} cannot travel in an event")


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)
_envelope_decoder = msgspec.json.Decoder(Event)
_payload_decoders: dict[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(one.payload) for name, one in EVENT_TYPES.items()
}


class _Version(msgspec.Struct):
    schema_version: int = 0
    event_type: str = ""


_VERSION_FIELD = b'"schema_version"'
_version_decoder = msgspec.json.Decoder(_Version)

UPCASTERS: dict[int, Callable[[bytes], bytes]] = {}
"""Schema version -> function that rewrites an envelope of that version as one of the next version."""


def event_type(name: str) -> EventType:
    """The declared type of that name.

    Raises
    ------
    EventError
        When no such type is declared.
    """
    try:
        return EVENT_TYPES[name]
    except KeyError:
        raise EventError(f"unknown event type {name!r}; known types: {', '.join(EVENT_TYPES)}") from None


def _finite(value: Any, path: str) -> None:
    """JSON has no NaN, and msgspec would write null instead: a wrong number must not become a missing one."""
    if isinstance(value, float):
        if not math.isfinite(value):
            raise EventError(f"{path} is {value}, which is not a finite number")
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            _finite(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, dict):
        for name, one in value.items():
            _finite(one, f"{path}[{name!r}]")


def encode_payload(payload: Payload) -> bytes:
    """JSON of a payload.

    Raises
    ------
    EventError
        When a number is not finite or a value has no JSON form.
    """
    _finite(payload, type(payload).__name__)
    try:
        return _encoder.encode(payload)
    except (TypeError, ValueError, UnicodeEncodeError) as error:
        raise EventError(f"{type(payload).__name__} cannot be encoded: {error}") from error


def make_event(
    name: str,
    payload: Payload,
    *,
    event_id: str,
    occurred_at: datetime,
    conversation_id: str,
    session_id: str,
    user_id: str,
    tenant_id: str = "default",
    source_sequence: int | None = None,
) -> Event:
    """A checked event of the current schema version.

    Raises
    ------
    EventError
        When the type is unknown, the payload is of another type, or a value cannot travel.
    """
    declared = event_type(name)
    if type(payload) is not declared.payload:
        raise EventError(f"{name} carries {declared.payload.__name__}, not {type(payload).__name__}")
    try:
        when = as_utc(occurred_at)
    except ValueError as error:
        raise EventError(str(error)) from error
    return Event(
        event_id=event_id,
        event_type=name,
        occurred_at=when,
        tenant_id=tenant_id,
        conversation_id=conversation_id,
        session_id=session_id,
        user_id=user_id,
        source_sequence=source_sequence,
        payload=msgspec.Raw(encode_payload(payload)),
    )


def encode_event(event: Event) -> bytes:
    """JSON of the envelope, the payload's bytes as they are; times with microseconds and ``Z``."""
    fields: dict[str, Any] = {
        "event_id": event.event_id,
        "event_type": event.event_type,
        "schema_version": event.schema_version,
        "occurred_at": rfc3339(event.occurred_at),
        "ingested_at": None if event.ingested_at is None else rfc3339(event.ingested_at),
        "tenant_id": event.tenant_id,
        "conversation_id": event.conversation_id,
        "session_id": event.session_id,
        "user_id": event.user_id,
        "source_sequence": event.source_sequence,
        "payload": event.payload,
    }
    if event.payload_ref is not None:
        fields["payload_ref"] = event.payload_ref
    return _encoder.encode(fields)


def _decode_other_version(value: bytes) -> Event:
    try:
        version = _version_decoder.decode(value)
        if version.schema_version > SCHEMA_VERSION:
            raise FutureVersionError(
                f"schema version {version.schema_version} of {version.event_type!r} is newer than {SCHEMA_VERSION},"
                " the newest that this program reads; upgrade it, then replay the dead letter"
            )
        for old in range(version.schema_version, SCHEMA_VERSION):
            if old not in UPCASTERS:
                raise EventError(f"schema version {old} cannot be read: no rule turns it into version {old + 1}")
            value = UPCASTERS[old](value)
        return _envelope_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EventError(f"not an event: {error}") from error


def decode_event(value: bytes) -> Event:
    """Read an envelope; older schema versions are rewritten as new.

    The payload stays raw: `decode_payload` reads it.

    Raises
    ------
    FutureVersionError
        When the schema version is newer than `SCHEMA_VERSION`.
    EventError
        When the bytes are not an envelope of a known type.
    """
    try:
        event = _envelope_decoder.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        event = _decode_other_version(value)  # or says what is wrong
    if event.schema_version != SCHEMA_VERSION or _VERSION_FIELD not in value:
        event = _decode_other_version(value)
    event_type(event.event_type)
    if event.occurred_at.tzinfo is None:
        raise EventError("not an event: occurred_at has no time zone")
    if (event.payload_ref is None) == (bytes(event.payload) == b"null"):
        raise EventError("not an event: exactly one of payload and payload_ref must be given")
    return event


def decode_payload(event: Event, payload: bytes | None = None) -> Payload:
    """The typed payload.

    Parameters
    ----------
    event : Event
    payload : bytes, optional
        The fetched bytes of a claim-checked payload.

    Raises
    ------
    EventError
        When the payload does not fit its type, or is claim-checked and was not given.
    """
    raw = bytes(event.payload) if payload is None else payload
    if payload is None and event.payload_ref is not None:
        raise EventError(
            f"the payload of {event.event_id} is claim-checked; fetch blob {event.payload_ref.sha256} first"
        )
    try:
        return cast(Payload, _payload_decoders[event.event_type].decode(raw))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EventError(f"the payload of {event.event_type} does not fit: {error}") from error


def event_key(event: Event, payload: Payload | None = None) -> str:
    """What the event's Kafka key is: the conversation, or the entity for entity and relationship updates."""
    if event_type(event.event_type).key == "entity_id":
        body = decode_payload(event) if payload is None else payload
        if isinstance(body, EntityUpdate):
            return body.entity_id
        if isinstance(body, RelationshipUpdate):
            return body.from_entity_id
    return event.conversation_id


def claim_checked(event: Event, ref: PayloadRef) -> Event:
    """The same event with its payload replaced by a reference to a blob."""
    return msgspec.structs.replace(event, payload=NULL_PAYLOAD, payload_ref=ref)


def stamped(event: Event, ingested_at: datetime) -> Event:
    """The same event with the time at which the outbox took it in."""
    return msgspec.structs.replace(event, ingested_at=ingested_at.astimezone(UTC))
