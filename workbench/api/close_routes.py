"""``POST /v1/conversations/{conversation_id}/close``: complete a conversation, once."""

from typing import TYPE_CHECKING

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.docs import error_responses
from workbench.api.errors import Refusal
from workbench.api.refusals import unavailable
from workbench.api.service import Service
from workbench.clock import utc_now
from workbench.errors import StoreError
from workbench.events.completion import completion_event, completion_id

if TYPE_CHECKING:
    from workbench.database.completions import OpenConversation
    from workbench.database.connection import BoundedConnection


def router(service: Service) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["chat"])

    async def stored(tenant_id: str, conversation_id: str) -> "OpenConversation | None":
        if not service.reads.on or "\x00" in conversation_id:
            return None

        def ask(connection: "BoundedConnection") -> "OpenConversation | None":
            from workbench.database.completions import stored_conversation

            return stored_conversation(connection, tenant_id, conversation_id=conversation_id)

        return await service.reads.read(ask)

    @routes.post(
        "/v1/conversations/{conversation_id:path}/close",
        summary="Complete a conversation; closing it again changes nothing",
        responses=error_responses(401, 404, 503),
        response_class=Response,
        openapi_extra={"security": [{"bearer": []}]},
    )
    async def close(conversation_id: str, request: Request) -> Response:
        """Emits ``conversation.completed`` once. A conversation that goes on afterwards stays completed.

        404 for one that neither this process nor the context store has heard of under the token's tenant.
        """
        tenant_id = service.gate.admit(request.headers.get("authorization")).tenant_id
        recent = service.recent.of(tenant_id, conversation_id)
        found: OpenConversation | None = None
        try:
            found = await stored(tenant_id, conversation_id)
        except StoreError as error:
            if recent is None:  # whether there is such a conversation only PostgreSQL could tell
                raise unavailable(error, "the conversation cannot be looked up") from error
        if found is None and recent is None:
            raise Refusal(404, f"there is no conversation {conversation_id[:100]!r}", code="conversation_not_found")
        event_id = completion_id(tenant_id, conversation_id)
        if found is not None and found.closed_event_id is not None:
            return _answer(conversation_id, found.closed_event_id, new=False)
        event = completion_event(
            tenant_id,
            conversation_id,
            reason="closed",
            at=utc_now(),
            message_count=max(found.message_count if found else 0, recent.messages if recent else 0),
            user_id=(recent.user_id if recent else None) or (found.user_id if found else None),
            session_id=(recent.session_id if recent else None) or (found.session_id if found else None),
        )
        try:
            known = service.outbox.known(event_id)
            await service.intake.publish([event])
        except StoreError as error:
            raise unavailable(error, "the completion cannot be recorded") from error
        return _answer(conversation_id, event_id, new=not known)

    def _answer(conversation_id: str, event_id: str, *, new: bool) -> Response:
        body = {
            "conversation_id": conversation_id,
            "status": "completed",
            "event_id": event_id,
            "already_completed": not new,
        }
        return Response(msgspec.json.encode(body), media_type="application/json")

    return routes
