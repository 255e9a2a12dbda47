"""The route of chat completions: who asks, how much, is it well-formed; then the chat service."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.body import decode_json, read_body
from workbench.api.chat_request import (
    CONVERSATION_HEADER,
    OVERSIZE_HEADER,
    RECORDING_HEADER,
    SESSION_HEADER,
    ChatBody,
    parse_chat_request,
)
from workbench.api.docs import error_responses, header_parameter, json_request
from workbench.api.errors import Refusal
from workbench.api.service import Service
from workbench.api.sessions_request import EXPECTED_HEADER, expected_sequence_of
from workbench.clock import monotonic_s
from workbench.telemetry.logs import get_logger

IDEMPOTENCY_HEADER = "idempotency-key"
log = get_logger(__name__)

_DOCUMENTATION = {
    "requestBody": json_request(ChatBody),
    "parameters": [
        header_parameter("Idempotency-Key", "the same key again gives the same answer and no new events"),
        header_parameter(CONVERSATION_HEADER, "conversation id, when neither the body nor its metadata has one"),
        header_parameter(SESSION_HEADER, "session id; by default the conversation's"),
        header_parameter(
            EXPECTED_HEADER, "last sequence of the conversation that the client knows of; 409 when there is a later one"
        ),
        header_parameter(OVERSIZE_HEADER, "cut: leave out the middle of a message that is larger than the window"),
        header_parameter(RECORDING_HEADER, "recorded conversation that the replay provider answers from"),
    ],
    "security": [{"bearer": []}],
}


def router(service: Service) -> APIRouter:
    """``POST /v1/chat/completions``."""
    routes = APIRouter(tags=["chat"])
    limit = service.settings.api.max_body_bytes
    metrics = service.metrics

    @routes.post(
        "/v1/chat/completions",
        summary="Chat completion in OpenAI's shape, recorded before it is answered",
        openapi_extra=_DOCUMENTATION,
        responses=error_responses(400, 401, 404, 409, 413, 422, 429, 502, 503, 504),
        response_class=Response,
    )
    async def chat_completions(request: Request) -> Response:
        """Builds the window, asks the provider, records the turns, the call and the answer, then answers.

        Models: ``replay``, ``replay:chitchat``, ``replay:technical``, and whatever the configured provider has.
        ``metadata.conversation_id``, ``metadata.recording`` and ``session_id`` are this service's own.
        """
        started = monotonic_s()
        try:
            principal = service.gate.admit(request.headers.get("authorization"))
            raw = await read_body(request, limit=limit)
            parsed = parse_chat_request(decode_json(raw), raw, request.headers)
            response = await service.chat.answer(
                parsed,
                principal,
                idempotency_key=request.headers.get(IDEMPOTENCY_HEADER),
                expected_sequence=expected_sequence_of(request.headers),
            )
        except Refusal as refusal:
            metrics.refused_requests.labels(reason=refusal.code).inc()
            raise
        provider = "replay" if "x-workbench-replay" in response.headers else "configured"
        metrics.chat_seconds.labels(provider=provider, status=str(response.status_code)).observe(
            monotonic_s() - started
        )
        return response

    return routes
