"""What the context engine has stored, over HTTP."""

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.docs import error_responses
from workbench.api.errors import Refusal
from workbench.api.service import Service
from workbench.errors import BreakerOpenError, StoreError

RETRY_AFTER_S = 5
"""Seconds after which a client may ask again when PostgreSQL is gone; a probe is due by then."""


def router(service: Service) -> APIRouter:
    """``GET /v1/context/segments/{conversation_id}``."""
    routes = APIRouter(tags=["context"])
    settings = service.settings

    def stored_segments(conversation_id: str, tenant_id: str) -> list[dict[str, Any]]:
        from workbench.database.frames import segments

        with service.breakers.of("postgresql").guard():
            return segments(settings, conversation_id=conversation_id, tenant_id=tenant_id).to_dicts()

    @routes.get(
        "/v1/context/segments/{conversation_id:path}",
        summary="The stored segments of a conversation, highest priority first",
        responses=error_responses(401, 404, 503),
        response_class=Response,
        openapi_extra={"security": [{"bearer": []}]},
    )
    def segments_of(conversation_id: str, request: Request) -> Response:
        """Columns as in ``queries/context/read/segments.sql``; only conversations of the token's tenant."""
        principal = service.gate.admit(request.headers.get("authorization"))
        if not (settings.components.infinite_context and settings.services.postgresql.enabled):
            raise Refusal(
                503, "infinite_context is switched off", code="component_disabled", kind="service_unavailable"
            )
        try:
            rows = stored_segments(conversation_id, principal.tenant_id)
        except StoreError as error:
            wait_s = max(1, round(error.retry_after_s)) if isinstance(error, BreakerOpenError) else RETRY_AFTER_S
            raise Refusal(
                503,
                f"the stored context cannot be read now: {error}",
                code="store_unavailable",
                kind="service_unavailable",
                headers={"retry-after": str(wait_s)},
            ) from error
        if not rows:
            raise Refusal(
                404,
                f"no stored segments of conversation {conversation_id[:100]!r}; events reach PostgreSQL through"
                " Kafka and worker context, a moment after the answer",
                code="conversation_not_found",
            )
        body = {"conversation_id": conversation_id, "segments": rows, "count": len(rows)}
        return Response(msgspec.json.encode(body), media_type="application/json")

    return routes
