"""Events as the outbox takes them in: checked, encoded, claim-checked, ready for their ingest time (pure)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from workbench.errors import EventError
from workbench.events.codec import claim_checked, encode_event, event_key
from workbench.events.envelope import CLAIM_CHECK_BYTES, Event, PayloadRef

MAX_ENVELOPE_BYTES = 900 * 1024
"""Below the topics' `max_message_bytes` of 1 MiB with room for key and headers. With a payload of at most
256 KiB only absurd ids reach it, and Kafka would refuse such a record for ever."""

_STAMP = b'"ingested_at":'
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def microseconds(value: datetime) -> int:
    """Whole microseconds since 1970.

    Examples
    --------
    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return (value - _EPOCH) // _MICROSECOND


def from_microseconds(value: int) -> datetime:
    """The time so many microseconds after 1970, aware, UTC."""
    return _EPOCH + timedelta(microseconds=value)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One event ready to be entered.

    Parameters
    ----------
    event_id : bytes
        32 bytes.
    event_type, key : str
    head, tail : bytes
        The envelope without its ingest time, which goes between them.
    blob : str or None
        SHA-256 of `content`.
    content : bytes or None
        The claim-checked payload.
    """

    event_id: bytes
    event_type: str
    key: str
    head: bytes
    tail: bytes
    blob: str | None
    content: bytes | None

    def body(self, stamp: bytes) -> bytes:
        """The envelope with its ingest time (RFC 3339 text)."""
        return b"".join((self.head, b'"', stamp, b'"', self.tail))


def id_bytes(event_id: str) -> bytes:
    """An event id's 32 bytes.

    Raises
    ------
    EventError
        When it is not 64 lower-case hexadecimal digits.
    """
    try:
        found = bytes.fromhex(event_id)
    except (ValueError, TypeError):
        found = b""
    if len(found) != 32 or found.hex() != event_id:
        raise EventError(f"event id {event_id!r} is not 64 lower-case hexadecimal digits; make it with event_id_of")
    return found


def prepare(event: Event) -> Prepared:
    """Check and encode one event.

    Raises
    ------
    EventError
        When the id, type or payload is not what an event has, or the envelope is too large for Kafka.
    """
    identity = id_bytes(event.event_id)
    key = event_key(event)
    content: bytes | None = None
    if event.payload_ref is None and len(payload := bytes(event.payload)) > CLAIM_CHECK_BYTES:
        digest = hashlib.sha256(payload).hexdigest()
        event = claim_checked(event, PayloadRef(sha256=digest, size_bytes=len(payload)))
        content = payload
    if event.ingested_at is not None:
        event = msgspec.structs.replace(event, ingested_at=None)
    encoded = encode_event(event)
    if len(encoded) > MAX_ENVELOPE_BYTES:
        raise EventError(
            f"event {event.event_id} has an envelope of {len(encoded)} bytes, above the limit of {MAX_ENVELOPE_BYTES};"
            " shorten its ids"
        )
    # Before the first match stand only a hexadecimal id, a declared type, a number and a time.
    cut = encoded.index(_STAMP) + len(_STAMP)
    return Prepared(
        identity,
        event.event_type,
        key,
        encoded[:cut],
        encoded[cut + len(b"null") :],
        event.payload_ref.sha256 if event.payload_ref else None,
        content,
    )


class Stamps:
    """Strictly increasing ingest times as RFC 3339 text with microseconds.

    Examples
    --------
    >>> Stamps().text(1_500_000)
    b'1970-01-01T00:00:01.500000Z'
    """

    __slots__ = ("_prefix", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._prefix = b""

    def text(self, stamp_us: int) -> bytes:
        """The text of one time; its date part is formatted once a second."""
        second, rest = divmod(stamp_us, 1_000_000)
        if second != self._second:
            self._second = second
            self._prefix = (_EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.").encode()
        return self._prefix + b"%06dZ" % rest
