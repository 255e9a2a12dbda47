"""The events of one chat exchange: the new turns, the call, the answer (pure).

Ids follow from the request's id and the part, so that the same request again gives the same events.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workbench.api.debate_record import debate_payload, member_call_id
from workbench.api.turns import NewTurn
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import DebateCompleted, LlmCall, Message, Operation, RawBody
from workbench.events.redaction import Redactor
from workbench.providers.ensemble_answer import debate_id_of
from workbench.providers.exchange import CallSource, Debate, Exchange
from workbench.providers.openai_wire import joined_stream

SOURCE = "api"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose request it is, and the id from which those of its events follow.

    Parameters
    ----------
    request_id : str
        Made by the server; from the ``Idempotency-Key`` when the client sends one.
    tenant_id, user_id, conversation_id, session_id : str
    """

    request_id: str
    tenant_id: str
    user_id: str
    conversation_id: str
    session_id: str

    def event_id(self, part: str) -> str:
        """Id of one of this request's events."""
        return event_id_of(SOURCE, f"{self.request_id}\x1f{part}".encode())


def request_id_of(tenant_id: str, idempotency_key: str) -> str:
    """The request's id that a client's key stands for, within its tenant.

    Examples
    --------
    >>> request_id_of("a", "key") == request_id_of("a", "key") != request_id_of("b", "key")
    True
    """
    return hashlib.sha256(f"{tenant_id}\x1f{idempotency_key}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Call:
    """What is recorded of a call beside the exchange itself.

    Parameters
    ----------
    provider : str
    source : {"api", "replay"}
    operation : {"complete", "stream"}
    started_at, ended_at : datetime
        Aware, UTC.
    attempt : str
        Tells failed attempts under one request id apart; empty for the first.
    """

    provider: str
    source: CallSource
    operation: Operation
    started_at: datetime
    ended_at: datetime
    attempt: str = ""


def exchange_events(
    identity: Identity, turns: Sequence[NewTurn], exchange: Exchange, *, call: Call, redactor: Redactor
) -> list[Event]:
    """The events in the order in which they happened."""
    call_id = "-".join(part for part in ("call", identity.request_id, call.attempt) if part)
    events = [_turn(identity, turn, call, redactor) for turn in turns]
    debate = exchange.debate
    if debate is None:
        events.append(_call(identity, call_id, exchange, call, redactor))
    else:
        events += _member_calls(identity, call_id, debate, call, redactor)
    if exchange.error is None:
        won = None if debate is None else debate.winner
        answer = Message(
            role="assistant",
            text=redactor.text(exchange.text),
            provider=call.provider if won is None else won.provider,
            model=exchange.model,
            call_id=call_id if won is None else member_call_id(call_id, won),
            source=call.source if won is None else won.source,
        )
        events.append(_event(identity, "message.added", answer, part="answer", at=call.ended_at))
    if debate is not None:
        topic = redactor.text(turns[-1].text) if turns else ""
        debate_id = "-".join(one for one in (debate_id_of(identity.request_id), call.attempt) if one)
        payload = debate_payload(debate, debate_id=debate_id, call_id=call_id, topic=topic)
        events.append(_event(identity, "debate.completed", payload, part=f"debate:{call.attempt}", at=call.ended_at))
    return events


def _member_calls(identity: Identity, call_id: str, debate: Debate, call: Call, redactor: Redactor) -> list[Event]:
    """Each call of a debate, with the time and the source of its member."""
    events: list[Event] = []
    for one in debate.calls:
        if one.exchange is not None:
            member = replace(call, provider=one.provider, source=one.source, operation="complete")
            member = replace(member, started_at=one.started_at, ended_at=one.ended_at)
            own_id = member_call_id(call_id, one)
            part = f"call:{call.attempt}:{one.round}:{one.position}"
            events.append(_call(identity, own_id, one.exchange, member, redactor, part=part))
    return events


def _event(
    identity: Identity, name: str, payload: Message | LlmCall | DebateCompleted, *, part: str, at: datetime
) -> Event:
    return make_event(
        name,
        payload,
        event_id=identity.event_id(part),
        occurred_at=at,
        conversation_id=identity.conversation_id,
        session_id=identity.session_id,
        user_id=identity.user_id,
        tenant_id=identity.tenant_id,
    )


def _turn(identity: Identity, turn: NewTurn, call: Call, redactor: Redactor) -> Event:
    message = Message(role=turn.role, text=redactor.text(turn.text), source=call.source)
    event = _event(identity, "message.added", message, part=f"turn:{turn.number}", at=call.started_at)
    if turn.role != "system":
        return event
    # Clients without a memory of their own send the system prompt each time: once per conversation is enough.
    place = "\x1f".join(("system", identity.tenant_id, identity.conversation_id, turn.text))
    return make_event(
        "message.added",
        message,
        event_id=event_id_of(SOURCE, place.encode()),
        occurred_at=call.started_at,
        conversation_id=identity.conversation_id,
        session_id=identity.session_id,
        user_id=identity.user_id,
        tenant_id=identity.tenant_id,
    )


def _call(
    identity: Identity, call_id: str, exchange: Exchange, call: Call, redactor: Redactor, *, part: str = ""
) -> Event:
    error = exchange.error
    received = exchange.received
    if received is not None and exchange.media_type.startswith("text/event-stream") and redactor.mode != "off":
        received = joined_stream(received, exchange.text)  # an address may be cut in two by its chunks
    payload = LlmCall(
        call_id=call_id,
        provider=call.provider,
        model=exchange.model,
        started_at=call.started_at,
        operation=call.operation,
        latency_ms=exchange.latency_ms if error is None else None,
        ttft_ms=exchange.ttft_ms if error is None else None,
        tokens_input=exchange.usage.tokens_input,
        tokens_output=exchange.usage.tokens_output,
        tokens_cached=exchange.usage.tokens_cached,
        status="ok" if error is None else error.status,  # type: ignore[arg-type]  # a str in the error tree
        error_code=None if error is None else error.error_code,
        http_status=exchange.http_status,
        request=RawBody.of(redactor.body(exchange.sent)),
        response=None if received is None else RawBody.of(redactor.body(received), media_type=exchange.media_type),
        source=call.source,
    )
    return _event(identity, "llm.call.completed", payload, part=part or f"call:{call.attempt}", at=call.started_at)
