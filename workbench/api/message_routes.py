"""Edit, delete, pin and judge a stored message over HTTP: what was said stays in the log, what is shown changes."""

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.access import redactor_of
from workbench.api.body import decode_json, read_body
from workbench.api.chat_request import Identifier
from workbench.api.docs import error_responses, json_request, query_parameter
from workbench.api.errors import Refusal
from workbench.api.service import Service
from workbench.errors import EventError, StoreError
from workbench.events.envelope import Event

if TYPE_CHECKING:
    from workbench.pipelines.window_source import WindowSource

_SECURED: dict[str, Any] = {"security": [{"bearer": []}]}
_WHERE = query_parameter("conversation_id", "the message's conversation", {"type": "string"})

B = TypeVar("B")


class EditBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a message reads from now on."""

    conversation_id: Identifier
    content: str


class MarkBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user says of a message; a field that is left out stays as it is."""

    conversation_id: Identifier
    pinned: bool | None = None
    feedback: Annotated[int, msgspec.Meta(ge=-1, le=1)] | None = None


BODIES = (EditBody, MarkBody)


def _converted(value: Any, body: type[B]) -> B:
    try:
        return msgspec.convert(value, body)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        param = path.strip("`").removeprefix("$.") or None
        raise Refusal(400, f"{param or 'the request'}: {what}", code="invalid_value", param=param) from error


def router(service: Service) -> APIRouter:
    """``PATCH`` and ``DELETE /v1/context/messages/{id}``, ``PUT /v1/context/messages/{id}/marks``."""
    routes = APIRouter(tags=["context"])
    limit = service.settings.api.max_body_bytes
    redactor = redactor_of(service.settings)

    async def revise(request: Request, conversation_id: str, message_id: str, text: str | None) -> Response:
        principal = service.gate.admit(request.headers.get("authorization"))

        def event(source: "WindowSource") -> Event:
            return source.revision((principal.tenant_id, conversation_id), message_id=message_id, text=text)

        made = await service.windows.ask(event)
        try:
            await service.intake.publish([made])
        except EventError as error:
            raise Refusal(400, f"this cannot be recorded: {error}", code="invalid_value") from error
        except StoreError as error:
            raise Refusal(
                503,
                "the change cannot be recorded now, so it is not made; try again",
                code="outbox_unavailable",
                kind="server_error",
                headers={"retry-after": "2"},
            ) from error
        body = {"message_id": message_id, "conversation_id": conversation_id, "event_id": made.event_id}
        return Response(msgspec.json.encode(body), 202, media_type="application/json")

    @routes.patch(
        "/v1/context/messages/{message_id}",
        summary="A stored message reads otherwise from now on",
        responses=error_responses(400, 401, 404, 413, 503),
        response_class=Response,
        openapi_extra={**_SECURED, "requestBody": json_request(EditBody)},
    )
    async def edit(message_id: str, request: Request) -> Response:
        """202 when the change is durable; windows show it as soon as worker context has stored it."""
        service.gate.admit(request.headers.get("authorization"))
        body = _converted(decode_json(await read_body(request, limit=limit)), EditBody)
        return await revise(request, body.conversation_id, message_id, redactor.text(body.content))

    @routes.delete(
        "/v1/context/messages/{message_id}",
        summary="A stored message is not shown any more",
        responses=error_responses(400, 401, 404, 503),
        response_class=Response,
        openapi_extra={**_SECURED, "parameters": [_WHERE]},
    )
    async def delete(message_id: str, request: Request) -> Response:
        """202 when the change is durable. The log keeps what was said: to forget it is a matter of the lake."""
        service.gate.admit(request.headers.get("authorization"))
        conversation_id = request.query_params.get("conversation_id", "")
        if not conversation_id:
            raise Refusal(400, "conversation_id: it is missing", code="invalid_value", param="conversation_id")
        return await revise(request, conversation_id, message_id, None)

    @routes.put(
        "/v1/context/messages/{message_id}/marks",
        summary="Pin a stored message, or say whether it helped",
        responses=error_responses(400, 401, 404, 503),
        response_class=Response,
        openapi_extra={**_SECURED, "requestBody": json_request(MarkBody)},
    )
    async def mark(message_id: str, request: Request) -> Response:
        """A pinned message is in every window; feedback raises or lowers its segment's priority."""
        principal = service.gate.admit(request.headers.get("authorization"))
        body = _converted(decode_json(await read_body(request, limit=limit)), MarkBody)

        def answer(source: "WindowSource") -> dict[str, Any]:
            key = (principal.tenant_id, body.conversation_id)
            found = source.mark(key, turn_id=message_id, pinned=body.pinned, feedback=body.feedback)
            return {"message_id": found.turn_id, "pinned": found.pinned, "feedback": found.feedback}

        return Response(msgspec.json.encode(await service.windows.ask(answer)), media_type="application/json")

    return routes
