"""Aider's ``analytics.jsonl``: one JSON object a line with ``event``, ``properties``, ``user_id``, ``time``.

A call is a ``message_send`` (model, tokens, cost); its latency is the time since the user's preceding
``message_send_starting``, in whole seconds as the tool logs them. A ``message_send_exception`` is a failed
call to the model that the user's session runs. Every other event is skipped and counted.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, BinaryIO

import msgspec

from workbench.catalogue.providers import UNKNOWN, provider_of
from workbench.clock import from_epoch_s
from workbench.errors import EventError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import LlmCall, RawBody
from workbench.sources.rows import BadRow, Imported, Row, Skipped, read_rows
from workbench.sources.sessions import SessionNumbering

NAME = "aider"
DESCRIPTION = "Aider's analytics.jsonl"
SOURCE_ROW = "application/vnd.workbench.source-row+json"

_LATEST_EPOCH_S = 253_402_300_799  # the end of year 9999, the last that a date can hold


class _Properties(msgspec.Struct, frozen=True):
    main_model: str | None = None
    prompt_tokens: Annotated[int, msgspec.Meta(ge=0)] | None = None
    completion_tokens: Annotated[int, msgspec.Meta(ge=0)] | None = None
    cost: Annotated[float, msgspec.Meta(ge=0)] | None = None
    exception: str | None = None


class _Line(msgspec.Struct, frozen=True):
    event: str
    properties: _Properties = _Properties()
    user_id: str | None = None
    time: Annotated[float, msgspec.Meta(ge=0, le=_LATEST_EPOCH_S)] | None = None


_decoder = msgspec.json.Decoder(_Line)


@dataclass(slots=True)
class _User:
    model: str | None = None
    started: datetime | None = None


@dataclass(slots=True)
class _Reading:
    as_of: datetime | None
    tenant_id: str
    sessions: SessionNumbering = field(default_factory=lambda: SessionNumbering(NAME))
    users: dict[str, _User] = field(default_factory=dict)

    def take(self, row: Row) -> Imported:
        try:
            line = _decoder.decode(row.content)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return BadRow(row.line, row.content, f"not an Aider event: {error}")
        at = from_epoch_s(line.time) if line.time is not None else self.as_of
        user_id = line.user_id or UNKNOWN
        user = self.users.setdefault(user_id, _User())
        user.model = line.properties.main_model or user.model
        if line.event == "message_send_starting":
            user.started = at
        if line.event not in {"message_send", "message_send_exception"}:
            return Skipped(row.line)
        if at is None:
            return BadRow(row.line, row.content, "the row has no time; say which with --as-of")
        started, user.started = user.started, None
        try:
            return self._call(row, line, _User(user.model, started), user_id=user_id, at=at)
        except EventError as error:
            return BadRow(row.line, row.content, str(error))

    def _call(self, row: Row, line: _Line, before: _User, *, user_id: str, at: datetime) -> Event:
        model, started = before.model, before.started
        event_id = event_id_of(NAME, row.content, row.ordinal)
        failed = line.event == "message_send_exception"
        timed = not failed and started is not None and started <= at
        call = LlmCall(
            call_id=event_id[:32],
            provider=provider_of(model),
            model=model or UNKNOWN,
            started_at=started if timed and started is not None else at,
            latency_ms=(at - started).total_seconds() * 1000 if timed and started is not None else None,
            tokens_input=None if failed else line.properties.prompt_tokens,
            tokens_output=None if failed else line.properties.completion_tokens,
            cost_usd=None if failed else line.properties.cost,
            status="error" if failed else "ok",
            error_code="exception" if failed else None,
            response=RawBody.of(row.content, media_type=SOURCE_ROW),
            source=NAME,
            time_assumed=line.time is None,
        )
        return make_event(
            "llm.call.completed",
            call,
            event_id=event_id,
            occurred_at=at,
            conversation_id=f"call:{call.call_id}",
            session_id=self.sessions.session_id(user_id, at),
            user_id=user_id,
            tenant_id=self.tenant_id,
        )


def read(stream: BinaryIO, *, as_of: datetime | None = None, tenant_id: str = "default") -> Iterator[Imported]:
    """Events of an Aider log, in its order; a bad row becomes `BadRow`, never an exception.

    Parameters
    ----------
    stream : binary file
    as_of : datetime, optional
        The time of rows that carry none; their calls are marked ``time_assumed``.
    tenant_id : str
    """
    reading = _Reading(as_of, tenant_id)
    for row in read_rows(stream):
        yield row if isinstance(row, BadRow) else reading.take(row)
