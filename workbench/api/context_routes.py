"""What the context engine has stored, over HTTP."""

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.body import decode_json, read_body
from workbench.api.context_request import ReplayBody, parse_replay
from workbench.api.docs import error_responses, json_request
from workbench.api.errors import Refusal
from workbench.api.service import Service
from workbench.clock import rfc3339, utc_now
from workbench.context.compression import Summariser

if TYPE_CHECKING:
    from workbench.database.window import ConversationStats
    from workbench.pipelines.window_source import WindowSource

BODIES = (ReplayBody,)
_SECURED: dict[str, Any] = {"security": [{"bearer": []}]}


def _unknown(conversation_id: str) -> Refusal:
    return Refusal(
        404,
        f"no conversation {conversation_id[:100]!r} is stored; events reach PostgreSQL through Kafka and worker"
        " context, a moment after the answer",
        code="conversation_not_found",
    )


def _stats_body(conversation_id: str, found: "ConversationStats") -> dict[str, Any]:
    """The original's keys, and the segments by what became of them."""
    return {
        "conversation_id": conversation_id,
        "message_count": found.message_count,
        "entity_count": found.name_count,
        "total_tokens": found.token_count,
        "compressed": found.compressed_segments > 0,
        "snapshot_id": found.snapshot,
        "timestamp": rfc3339(utc_now()),
        "status": found.status,
        "segment_count": found.segment_count,
        "compressed_segments": found.compressed_segments,
        "archived_segments": found.archived_segments,
        "first_at": found.first_at and rfc3339(found.first_at),
        "last_at": found.last_at and rfc3339(found.last_at),
    }


def summariser_of(service: Service) -> Summariser | None:
    """The model that shortens replays; None when none is set."""
    api, model = service.settings.api, service.settings.context.compression_model
    if not model or not api.provider_url:
        return None
    return Summariser(api.provider_url, model, api.provider_key.get_secret_value(), api.provider_timeout_s)


def router(service: Service) -> APIRouter:
    """``POST /v1/context/replay``, ``GET /v1/context/stats/{id}``, ``GET /v1/context/segments/{id}``."""
    routes = APIRouter(tags=["context"])
    settings = service.settings

    @routes.post(
        "/v1/context/replay",
        summary="A stored conversation within a budget, compressed as asked",
        responses=error_responses(400, 401, 404, 413, 503),
        response_class=Response,
        openapi_extra={**_SECURED, "requestBody": json_request(ReplayBody)},
    )
    async def replay(request: Request) -> Response:
        """`compression_stats` is null when everything fits as it is; `duration` is in nanoseconds."""
        principal = service.gate.admit(request.headers.get("authorization"))
        value = decode_json(await read_body(request, limit=settings.api.max_body_bytes))
        asked = parse_replay(value, default_strategy=settings.context.compression_type)

        def answer(source: "WindowSource") -> dict[str, Any]:
            from workbench.pipelines.context_replay import replay_context

            found = replay_context(
                source,
                tenant_id=principal.tenant_id,
                conversation_id=asked.conversation_id,
                max_tokens=asked.max_tokens,
                strategy=asked.strategy,
                query=asked.query or None,
                summariser=summariser_of(service),
            )
            stats = found.stats()
            return {
                "conversation_id": asked.conversation_id,
                "messages": found.messages(),
                "entities": found.entities(),
                "total_tokens": found.compressed.token_count,
                "compressed": stats is not None,
                "compression_stats": stats,
                "source": found.source,
            }

        return Response(msgspec.json.encode(await service.windows.ask(answer)), media_type="application/json")

    @routes.get(
        "/v1/context/stats/{conversation_id:path}",
        summary="How much is stored of a conversation",
        responses=error_responses(401, 404, 503),
        response_class=Response,
        openapi_extra=_SECURED,
    )
    async def stats(conversation_id: str, request: Request) -> Response:
        """`entity_count` counts the names that its segments are known by; only conversations of the token's tenant."""
        principal = service.gate.admit(request.headers.get("authorization"))
        found = await service.windows.ask(lambda source: source.stats((principal.tenant_id, conversation_id)))
        if found is None:
            raise _unknown(conversation_id)
        return Response(msgspec.json.encode(_stats_body(conversation_id, found)), media_type="application/json")

    @routes.get(
        "/v1/context/segments/{conversation_id:path}",
        summary="The stored segments of a conversation, highest priority first, with the parts of each score",
        responses=error_responses(401, 404, 503),
        response_class=Response,
        openapi_extra=_SECURED,
    )
    async def segments_of(conversation_id: str, request: Request) -> Response:
        """Columns as in ``queries/context/read/segments.sql``; only conversations of the token's tenant."""
        principal = service.gate.admit(request.headers.get("authorization"))

        def answer(source: "WindowSource") -> list[dict[str, Any]]:
            from workbench.database.frames import segments

            with source.breaker.guard():
                found = segments(settings, conversation_id=conversation_id, tenant_id=principal.tenant_id)
            return found.to_dicts()

        rows = await service.windows.ask(answer)
        if not rows:
            raise _unknown(conversation_id)
        body = {"conversation_id": conversation_id, "segments": rows, "count": len(rows)}
        return Response(msgspec.json.encode(body), media_type="application/json")

    return routes
