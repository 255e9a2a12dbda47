"""``POST /v1/chat/completions``: build the window, ask the provider, record, then answer."""

import secrets
import uuid
from dataclasses import replace

from fastapi.responses import Response

from workbench.api.access import Principal
from workbench.api.answers import Answer, KeptAnswers
from workbench.api.asked import Asked
from workbench.api.calls import ProviderCalls
from workbench.api.chat_request import ChatRequest
from workbench.api.chat_response import RecordedStream, whole_response
from workbench.api.errors import Refusal
from workbench.api.intake import GroupedIntake
from workbench.api.record import Call, Identity, exchange_events, request_id_of
from workbench.api.sessions import Sessions
from workbench.api.sessions_request import SEQUENCE_HEADER
from workbench.api.turns import UnansweredTurns, turns_since_answer
from workbench.api.window import Windows
from workbench.clock import Clock, utc_now
from workbench.errors import EventError, ProviderError, StoreError
from workbench.events.envelope import Event
from workbench.events.redaction import Redactor
from workbench.providers.exchange import Exchange, Question
from workbench.providers.registry import ProviderRegistry
from workbench.telemetry.logs import get_logger
from workbench.telemetry.metrics import Metrics

MAX_KEY_CHARS = 256
CONFLICT = 409
log = get_logger(__name__)


class ChatService:
    """Answers chat completions.

    Parameters
    ----------
    registry : ProviderRegistry
    calls : ProviderCalls
    intake : GroupedIntake
    windows : Windows
    sessions : Sessions
    redactor : Redactor
    metrics : Metrics
    clock : callable
    """

    def __init__(
        self,
        registry: ProviderRegistry,
        *,
        calls: ProviderCalls,
        intake: GroupedIntake,
        windows: Windows,
        sessions: Sessions,
        redactor: Redactor,
        metrics: Metrics,
        clock: Clock = utc_now,
    ) -> None:
        self._registry = registry
        self._calls = calls
        self._intake = intake
        self._windows = windows
        self._sessions = sessions
        self._redactor = redactor
        self._metrics = metrics
        self._clock = clock
        self._unanswered = UnansweredTurns()
        self._answers = KeptAnswers()

    async def answer(
        self,
        request: ChatRequest,
        principal: Principal,
        *,
        idempotency_key: str | None,
        expected_sequence: int | None = None,
    ) -> Response:
        """The response to a checked request.

        Parameters
        ----------
        request : ChatRequest
        principal : Principal
        idempotency_key : str or None
        expected_sequence : int, optional
            Record the turns only right after this number of the conversation.

        Raises
        ------
        Refusal
            404 unknown model; 409 and 422 about the idempotency key; 409 when somebody else has added to the
            conversation; 503 when nothing can be recorded.
        """
        if idempotency_key is None:
            return await self._answer(request, principal, uuid.uuid4().hex, expected_sequence)
        if not 0 < len(idempotency_key) <= MAX_KEY_CHARS:
            raise Refusal(400, f"an Idempotency-Key has 1 to {MAX_KEY_CHARS} characters", code="invalid_value")
        request_id = request_id_of(principal.tenant_id, idempotency_key)
        kept = self._answers.begin(request_id, request.raw)
        if kept is not None:
            return Response(kept.body, 200, {**kept.headers, "idempotent-replayed": "true"}, kept.media_type)
        response: Response | None = None
        try:
            response = await self._answer(request, principal, request_id, expected_sequence)
            return response
        finally:
            if not isinstance(response, RecordedStream):  # a stream ends later, and tells then
                self._answers.end(request_id, _kept(response))

    async def _answer(
        self, request: ChatRequest, principal: Principal, request_id: str, expected: int | None
    ) -> Response:
        asked = await self._ask(request, principal, request_id)
        if expected is not None:
            await self._sessions.require(asked.identity.tenant_id, asked.identity.conversation_id, expected=expected)
            asked = replace(asked, expected=expected)
        if not request.fields.stream:
            exchange = await self._calls.complete(asked.provider, asked.question)
            await self._record(asked, exchange)
            return whole_response(exchange, asked.headers)
        found = await self._calls.stream(asked.provider, asked.question)
        if isinstance(found, Exchange):
            await self._record(asked, found)
            return whole_response(found, asked.headers)
        return RecordedStream(
            found,
            asked.headers,
            record=lambda exchange: self._record(asked, exchange),
            ended=lambda answer: self._answers.end(request_id, answer),
        )

    async def _ask(self, request: ChatRequest, principal: Principal, request_id: str) -> Asked:
        try:
            provider = self._registry.of(request.fields.model)
        except ProviderError as error:
            raise Refusal(
                error.http_status or 404, str(error), code=error.error_code or "model_not_found", param="model"
            ) from error
        conversation_id = request.conversation_id or f"call:call-{request_id}"
        identity = Identity(
            request_id,
            principal.tenant_id,
            principal.user_id(request.fields.user),
            conversation_id,
            request.session_id or conversation_id,
        )
        headers = {"x-request-id": request_id, "x-conversation-id": conversation_id, "cache-control": "no-store"}
        if provider.source == "replay":
            headers["x-workbench-replay"] = "true"
            body = request.raw
        else:
            window = await self._windows.build(identity, request) if request.conversation_id else None
            headers |= {} if window is None else {"x-workbench-window": window.description}
            body = request.forwarded(None if window is None else window.messages)
        question = Question(
            request.fields.model,
            body,
            request.value["messages"],
            conversation_id,
            request.recording,
            request.include_usage,
            request_id,
        )
        now = self._clock()
        call = Call(provider.name, provider.source, "stream" if request.fields.stream else "complete", now, now)
        return Asked(identity, request, provider, question, headers, call)

    async def _record(self, asked: Asked, exchange: Exchange) -> None:
        """Events into the outbox, before any answer goes out.

        Raises
        ------
        Refusal
            503 when the outbox cannot be written, 400 when the request is nothing that can be recorded.
        """
        failed = exchange.error is not None
        call = replace(
            asked.call,
            ended_at=max(self._clock(), asked.call.started_at),
            # A recorded conversation fails the same way each time; a provider's failures are each their own.
            attempt=("failed" if asked.call.source == "replay" else secrets.token_hex(4)) if failed else "",
        )
        key = (asked.identity.tenant_id, asked.identity.conversation_id)
        turns = turns_since_answer(asked.request.fields.messages)
        try:
            events = exchange_events(
                asked.identity,
                self._unanswered.unrecorded(key, turns),
                exchange,
                call=call,
                redactor=self._redactor,
            )
            await self._take_in(asked, events)
        except EventError as error:
            raise Refusal(400, f"this cannot be recorded: {error}", code="invalid_value") from error
        except StoreError as error:
            log.error("exchange not recorded", request_id=asked.identity.request_id, error=str(error))
            raise Refusal(
                503,
                "the answer cannot be recorded now, so it is not given; try again",
                code="outbox_unavailable",
                kind="server_error",
                headers={"retry-after": "2"},
            ) from error
        self._unanswered.recorded(key, turns, answered=not failed)
        self._count(asked, exchange)

    async def _take_in(self, asked: Asked, events: list[Event]) -> None:
        """Into the outbox; where the client expects a place, into the context store at that place as well."""
        said = [one for one in events if one.event_type == "message.added"]
        if asked.expected is None or not said:
            await self._intake.publish(events)
            return
        try:
            last = await self._sessions.append(events, expected=asked.expected)
        except Refusal as refusal:
            if refusal.status_code == CONFLICT:  # the answer has cost what it cost, although it has no place
                await self._intake.publish([one for one in events if one.event_type == "llm.call.completed"])
            raise
        asked.headers[SEQUENCE_HEADER] = str(last)

    def _count(self, asked: Asked, exchange: Exchange) -> None:
        status = "ok" if exchange.error is None else exchange.error.status
        self._metrics.provider_calls.labels(provider=asked.provider.name, status=status).inc()
        if exchange.error is not None:
            log.warning(
                "provider call failed",
                request_id=asked.identity.request_id,
                provider=asked.provider.name,
                status=status,
                http_status=exchange.http_status,
                error_code=exchange.error.error_code,
            )


def _kept(response: Response | None) -> Answer | None:
    """What a retry gets again: an answer, never a failure."""
    if response is None or response.status_code != 200:
        return None
    headers = {name: value for name, value in response.headers.items() if name.startswith("x-")}
    return Answer(bytes(response.body), response.media_type or "application/json", headers)
