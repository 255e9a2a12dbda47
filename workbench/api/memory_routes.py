"""Memories over HTTP, and their synchronisation in HelixAgent's shape."""

from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.access import Principal
from workbench.api.body import decode_json, read_body
from workbench.api.docs import error_responses, json_request, query_parameter
from workbench.api.memory_request import MOST_LISTED, MemoryBody, MemoryPatch
from workbench.api.refusals import whole_number
from workbench.api.service import Service
from workbench.api.sessions_request import converted, identifier, user_of
from workbench.clock import rfc3339

if TYPE_CHECKING:
    from workbench.pipelines.memory_store import MemoryView

BODIES = (MemoryBody, MemoryPatch)
"""For the service's description."""

_USER = query_parameter("user", "whose memory; by default the anonymous user's", {"type": "string"})
_SECURED: dict[str, Any] = {"security": [{"bearer": []}]}
_LISTING = [
    _USER,
    query_parameter("tag", "only memories with this tag", {"type": "string"}),
    query_parameter("limit", f"most memories, 1 to {MOST_LISTED}", {"type": "integer", "default": 100}),
    query_parameter("offset", "leave out so many", {"type": "integer", "default": 0}),
]


def memory_body(found: "MemoryView") -> dict[str, Any]:
    """A memory as a client reads it."""
    return {
        "memory_id": found.memory_id,
        "user_id": found.user_id,
        "content": found.content,
        "memory_type": found.memory_type,
        "category": found.category,
        "importance": found.importance,
        "tags": found.tags,
        "metadata": dict(found.metadata),
        "session_id": found.session_id,
        "created_at": found.created_at and rfc3339(found.created_at),
        "updated_at": found.updated_at and rfc3339(found.updated_at),
        "node_id": found.node_id,
    }


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type="application/json")


def router(service: Service) -> APIRouter:
    """``/v1/memory``, ``/v1/memory/{memory_id}``, ``/v1/memory/sync/status`` and ``/v1/memory/sync/force``."""
    routes = APIRouter(tags=["memory"])
    limit = service.settings.api.max_body_bytes
    memories = service.memories

    def admitted(request: Request) -> Principal:
        return service.gate.admit(request.headers.get("authorization"))

    @routes.get(
        "/v1/memory/sync/status",
        summary="How this node's replica of the memories stands",
        openapi_extra=_SECURED,
        responses=error_responses(401, 503),
        response_class=Response,
    )
    async def sync_status(request: Request) -> Response:
        """`vector_clock`: events of each node that are here; `nodes`: what the others told; all of the token's tenant.

        `running`: whether worker ``memory`` of this installation runs. `lag_events`: records of the topic that it has
        not stored, null while Kafka cannot be asked. `missing_events`: events that others have and this node has not.
        """
        return _json({"status": await memories.status(admitted(request).tenant_id)})

    @routes.post(
        "/v1/memory/sync/force",
        summary="Synchronise this node's replica now, both ways",
        openapi_extra=_SECURED,
        responses=error_responses(401, 503),
        response_class=Response,
    )
    async def sync_force(request: Request) -> Response:
        """Sends what this node wrote, takes in what Kafka has, sends again what others lack, tells what is here."""
        return _json(await memories.force(admitted(request).tenant_id))

    @routes.get(
        "/v1/memory",
        summary="A user's memories, the latest change first",
        openapi_extra={"parameters": _LISTING, **_SECURED},
        responses=error_responses(400, 401, 503),
        response_class=Response,
    )
    async def listed(request: Request) -> Response:
        """`total` counts all that match, whatever `limit`."""
        principal, query = admitted(request), request.query_params
        user_id, tag = principal.user_id(user_of(query)), identifier("tag", query.get("tag"))
        most = whole_number("limit", query.get("limit", "100"), low=1, high=MOST_LISTED)
        offset = whole_number("offset", query.get("offset", "0"), low=0, high=10**8)
        found, total = await memories.ask(
            lambda store: store.list(principal.tenant_id, user_id, tag=tag, limit=most, offset=offset)
        )
        return _json({"memories": [memory_body(one) for one in found], "count": len(found), "total": total})

    @routes.post(
        "/v1/memory",
        summary="Remember something for a user",
        openapi_extra={"requestBody": json_request(MemoryBody), **_SECURED},
        responses=error_responses(400, 401, 413, 503),
        status_code=201,
        response_class=Response,
    )
    async def remembered(request: Request) -> Response:
        """Here at once, at the other nodes a moment later. The answer has the memory's id."""
        principal = admitted(request)
        body = converted(decode_json(await read_body(request, limit=limit)), MemoryBody)
        user_id = principal.user_id(body.user)
        made = await memories.ask(
            lambda store: store.add(principal.tenant_id, user_id, wish=body.wish(), session_id=body.session_id or "")
        )
        return _json(memory_body(made), 201)

    @routes.get(
        "/v1/memory/{memory_id}",
        summary="One memory of a user",
        openapi_extra={"parameters": [_USER], **_SECURED},
        responses=error_responses(400, 401, 404, 503),
        response_class=Response,
    )
    async def one_memory(memory_id: str, request: Request) -> Response:
        """404 also for another user's memory."""
        principal = admitted(request)
        user_id, wanted = principal.user_id(user_of(request.query_params)), identifier("memory_id", memory_id) or ""
        return _json(
            memory_body(await memories.ask(lambda store: store.get(principal.tenant_id, user_id, memory_id=wanted)))
        )

    @routes.patch(
        "/v1/memory/{memory_id}",
        summary="Change a memory",
        openapi_extra={"requestBody": json_request(MemoryPatch), **_SECURED},
        responses=error_responses(400, 401, 404, 413, 503),
        response_class=Response,
    )
    async def changed(memory_id: str, request: Request) -> Response:
        """What is left out stays. Of changes at several nodes at once the latest wins, field by field."""
        principal = admitted(request)
        body = converted(decode_json(await read_body(request, limit=limit)), MemoryPatch)
        user_id, wanted = principal.user_id(body.user), identifier("memory_id", memory_id) or ""
        made = await memories.ask(
            lambda store: store.change(principal.tenant_id, user_id, memory_id=wanted, wish=body.wish())
        )
        return _json(memory_body(made))

    @routes.delete(
        "/v1/memory/{memory_id}",
        summary="Forget a memory, on all nodes, for ever",
        openapi_extra={"parameters": [_USER], **_SECURED},
        responses=error_responses(400, 401, 404, 503),
        status_code=204,
        response_class=Response,
    )
    async def forgotten(memory_id: str, request: Request) -> Response:
        """Wins over every change, whoever makes it when."""
        principal = admitted(request)
        user_id, wanted = principal.user_id(user_of(request.query_params)), identifier("memory_id", memory_id) or ""
        await memories.ask(lambda store: store.forget(principal.tenant_id, user_id, memory_id=wanted))
        return Response(status_code=204)

    return routes
