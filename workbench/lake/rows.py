"""Recorded events to Arrow tables. Pure, and column by column: this is the lake's hot path."""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, Protocol

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import DebateCompleted, EntityUpdate, LlmCall, Message, Payload
from workbench.lake import layout
from workbench.lake.layout import lake_date, provider_partition
from workbench.lake.schema import ENVELOPE, EVENTS, LAKE_DATE, POSITION, LakeTable


class Position(Protocol):
    """A partition of a topic."""

    @property
    def topic(self) -> str:
        """Name of the topic."""
        ...

    @property
    def partition(self) -> int:
        """Number of the partition."""
        ...


class Recorded(Protocol):
    """What a row is made from: an event, its payload, where it stood, and its bytes in Kafka."""

    @property
    def event(self) -> Event:
        """The envelope."""
        ...

    @property
    def payload(self) -> Payload | None:
        """Its typed payload."""
        ...

    @property
    def topic_partition(self) -> Position:
        """Where it stood."""
        ...

    @property
    def offset(self) -> int:
        """Its offset there."""
        ...

    @property
    def value(self) -> bytes:
        """The record's value exactly as in Kafka."""
        ...


Column = Callable[[Sequence[Any]], list[Any]]
"""Values of one column, from the recorded events or from their payloads."""


def _of(path: str) -> Column:
    get = attrgetter(path)
    return lambda rows: list(map(get, rows))


def _optional(owner: str, name: str) -> Column:
    """A field of an optional part of the payload: null where that part is missing."""
    part, field = attrgetter(owner), attrgetter(name)
    return lambda payloads: [None if (found := part(one)) is None else field(found) for one in payloads]


def _content(owner: str) -> Column:
    part = attrgetter(owner)
    return lambda payloads: [None if (found := part(one)) is None else found.content() for one in payloads]


def _json(name: str) -> Column:
    field = attrgetter(name)
    return lambda payloads: [msgspec.json.encode(field(one)).decode() for one in payloads]


def _ingested_at(event: Event) -> datetime:
    """The outbox stamps every event; one from a foreign producer counts from when it occurred."""
    return event.ingested_at or event.occurred_at


def _payload_sha256(event: Event) -> bytes:
    ref = event.payload_ref
    return sha256(event.payload).digest() if ref is None else bytes.fromhex(ref.sha256)


def _payload_ref(event: Event) -> str | None:
    return None if event.payload_ref is None else event.payload_ref.sha256


_ENVELOPE: dict[str, Column] = {
    "ingested_at": lambda rows: [_ingested_at(row.event) for row in rows],
    "lake_date": lambda rows: [lake_date(_ingested_at(row.event)) for row in rows],
    "topic": _of("topic_partition.topic"),
    "partition": _of("topic_partition.partition"),
    "offset": _of("offset"),
    "envelope": _of("value"),
    "payload_sha256": lambda rows: [_payload_sha256(row.event) for row in rows],
    "payload_ref": lambda rows: [_payload_ref(row.event) for row in rows],
}

_FROM_PAYLOAD: dict[str, dict[str, Column]] = {
    layout.RAW_LLM_CALLS: {
        "lake_provider": lambda payloads: [provider_partition(one.provider) for one in payloads],
        **{which: _content(which) for which in ("request", "response")},
        **{f"{which}_sha256": _optional(which, "sha256") for which in ("request", "response")},
    },
    layout.RAW_MESSAGES: {},
    layout.ENTITIES: {
        "span_start": _optional("mention", "start"),
        "span_end": _optional("mention", "end"),
        "span_text": _optional("mention", "text"),
        **{name: _optional("mention", name) for name in ("message_id", "confidence", "method")},
    },
    layout.RAW_DEBATES: {
        "subject": _of("topic"),
        **{name: _json(name) for name in ("participants", "turns")},
    },
}

PAYLOADS: dict[str, type[Payload]] = {
    layout.RAW_LLM_CALLS: LlmCall,
    layout.RAW_MESSAGES: Message,
    layout.ENTITIES: EntityUpdate,
    layout.RAW_DEBATES: DebateCompleted,
}
"""Which payload a table takes; `layout.EVENTS` takes all."""


def _array(field: pa.Field, values: list[Any], table: str) -> pa.Array:
    try:
        return pa.array(values, field.type)
    except (pa.ArrowException, OverflowError, ValueError) as error:
        raise StoreRefusedError(f"column {field.name} of lake table {table} cannot hold it: {error}") from error


def event_rows(rows: Sequence[Recorded]) -> pa.Table:
    """One row of table ``events`` per recorded event, in the same order.

    Raises
    ------
    StoreRefusedError
        When a value does not fit its column (an integer of more than 64 bits, say).
    """
    arrays = [
        _array(field, (_ENVELOPE.get(field.name) or _of(f"event.{field.name}"))(rows), EVENTS.name)
        for field in EVENTS.schema
    ]
    return pa.Table.from_arrays(arrays, schema=EVENTS.schema)


def payload_rows(table: LakeTable, rows: Sequence[Recorded], events: pa.Table, *, indexes: Sequence[int]) -> pa.Table:
    """The rows of a table that takes one type of payload, sorted as the table wants them.

    Parameters
    ----------
    table : LakeTable
        Any but ``events``.
    rows : sequence of Recorded
    events : pyarrow.Table
        `event_rows` of the same rows: the envelope's columns are taken from there.
    indexes : sequence of int
        Which of `rows` to look at; those of another payload type are left out.

    Raises
    ------
    StoreRefusedError
        When a value does not fit its column.
    """
    wanted = PAYLOADS[table.name]
    taken = [index for index in indexes if type(rows[index].payload) is wanted]
    payloads = [rows[index].payload for index in taken]
    if len(taken) < len(rows):
        events = events.take(pa.array(taken, pa.int64()))
    made = _FROM_PAYLOAD[table.name]
    columns: dict[str, Any] = {}
    for field in table.schema:
        if field.name in _SHARED:
            columns[field.name] = events[field.name]
        elif field.name in _LENGTH_OF:
            columns[field.name] = pc.binary_length(columns[_LENGTH_OF[field.name]]).cast(field.type)
        else:
            columns[field.name] = _array(field, (made.get(field.name) or _of(field.name))(payloads), table.name)
    found = pa.Table.from_arrays(list(columns.values()), schema=table.schema)
    return found.sort_by([(name, "ascending") for name in table.sort_by])


_LENGTH_OF = {"request_bytes": "request", "response_bytes": "response"}
"""Sizes are of the bytes that are kept, whatever the event says about them."""

_SHARED = {field.name for field in (*ENVELOPE, *POSITION, LAKE_DATE)}
