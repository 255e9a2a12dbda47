"""The knowledge graph over HTTP, in HelixAgent's shape, with the offsets that each answer reflects."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.body import decode_json, read_body
from workbench.api.docs import error_responses, json_request, query_parameter
from workbench.api.errors import Refusal
from workbench.api.knowledge_request import DEFAULT_RELATED, MOST_RELATED, SearchBody, parse_related, parse_search
from workbench.api.service import Service
from workbench.clock import monotonic_s, rfc3339
from workbench.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from workbench.graph.reading.answer import Answer
    from workbench.graph.reading.reader import GraphReader

_encode = msgspec.json.Encoder().encode

_RELATED_DOCUMENTATION = {
    "parameters": [
        query_parameter("max_depth", "steps, 1 to 5", {"type": "integer", "minimum": 1, "maximum": 5, "default": 1}),
        query_parameter(
            "limit",
            "most entities, the nearest and surest first",
            {"type": "integer", "minimum": 1, "maximum": MOST_RELATED, "default": DEFAULT_RELATED},
        ),
        query_parameter("entity_type", "type to find; several times for several", {"type": "string"}),
        query_parameter("relationship_type", "type of link to follow; several times for several", {"type": "string"}),
        query_parameter(
            "min_confidence", "least confidence of a link", {"type": "number", "minimum": 0, "maximum": 1, "default": 0}
        ),
    ],
    "security": [{"bearer": []}],
}


def entity_body(row: Mapping[str, Any], most_mentions: int) -> dict[str, Any]:
    """An entity in HelixAgent's shape, and what this graph knows beyond it.

    Parameters
    ----------
    row : mapping
        Of a search or a neighbourhood.
    most_mentions : int
        Of all entities of the answer: `importance` is the share of it, 0 to 1.
    """
    seen = {name: row[f"{name}_seen_at"] for name in ("first", "last")}
    beyond = ("depth", "via_entity_id", "relationship_types", "links", "mentions", "score", "exact", "aliases")
    return {
        "id": row["entity_id"],
        "type": row["entity_type"],
        "name": row["name"],
        "value": row["name"],
        "confidence": row["confidence"],
        "importance": row["mentions"] / most_mentions if most_mentions else 0.0,
        "properties": json.loads(row["properties"]) if row["properties"] else {},
        "created_at": seen["first"] and rfc3339(seen["first"]),
        "updated_at": seen["last"] and rfc3339(seen["last"]),
        **{name: row[name] for name in beyond if name in row},
    }


def entity_bodies(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All entities of an answer."""
    most = max((row["mentions"] for row in rows), default=0)
    return [entity_body(row, most) for row in rows]


def reflects_body(reflects: Mapping[tuple[str, int], int]) -> list[dict[str, Any]]:
    """Per topic partition the first offset that the answer may lack."""
    return [
        {"topic": topic, "partition": partition, "next_offset": offset}
        for (topic, partition), offset in sorted(reflects.items())
    ]


def _json(body: Mapping[str, Any]) -> Response:
    return Response(_encode(body), media_type="application/json")


async def _observed(service: Service, question: str, answer: Callable[[], Awaitable[Response]]) -> Response:
    """The answer or a refusal, timed and counted."""
    started, status = monotonic_s(), 500
    try:
        response = await answer()
        status = response.status_code
        return response
    except NotFoundError as error:
        status = 404
        raise Refusal(404, str(error), code="entity_not_found") from error
    except UsageError as error:
        status = 400
        raise Refusal(400, str(error), code="invalid_value") from error
    except Refusal as refusal:
        status = refusal.status_code
        service.metrics.refused_requests.labels(reason=refusal.code).inc()
        raise
    finally:
        seconds = monotonic_s() - started
        service.metrics.knowledge_seconds.labels(question=question, status=str(status)).observe(seconds)


def router(service: Service) -> APIRouter:
    """``GET /v1/knowledge/related/{entity_id}`` and ``POST /v1/knowledge/search``."""
    routes = APIRouter(tags=["knowledge"])
    limit = service.settings.api.max_body_bytes

    @routes.get(
        "/v1/knowledge/related/{entity_id:path}",
        summary="The entities near an entity",
        openapi_extra=_RELATED_DOCUMENTATION,
        responses=error_responses(400, 401, 404, 503),
        response_class=Response,
    )
    async def related(entity_id: str, request: Request) -> Response:
        """Entities of the token's tenant within `max_depth` links, merged ones as one, the nearest and surest first.

        `confidence` is the surest link's; `importance` the mentions by those of the answer's most mentioned entity;
        `created_at` and `updated_at` the event times of the first and last event about it; `reflects` the first offset
        of each topic partition that the answer may lack.
        """

        async def answer() -> Response:
            principal = service.gate.admit(request.headers.get("authorization"))
            asked = parse_related(request.query_params)

            def ask(reader: "GraphReader") -> "Answer":
                from workbench.graph.reading.neighbourhood import neighbourhood

                return neighbourhood(
                    reader,
                    entity_id,
                    tenant_id=principal.tenant_id,
                    depth=asked.depth,
                    limit=asked.limit,
                    entity_types=asked.entity_types,
                    relationship_types=asked.relationship_types,
                    min_confidence=asked.min_confidence,
                )

            found = await service.knowledge.read(ask)
            entities = entity_bodies(found.frame.to_dicts())
            body = {"entity_id": entity_id, "max_depth": asked.depth, "related": entities, "count": len(entities)}
            return _json(body | {"reflects": reflects_body(found.reflects)})

        return await _observed(service, "related", answer)

    @routes.post(
        "/v1/knowledge/search",
        summary="Entities by the words of their names",
        openapi_extra={"requestBody": json_request(SearchBody), "security": [{"bearer": []}]},
        responses=error_responses(400, 401, 413, 503),
        response_class=Response,
    )
    async def search(request: Request) -> Response:
        """Full-text search over names and aliases, the best match first; only entities of the token's tenant.

        Every character of `query` stands for itself. Fields of the answer as in ``related``, with Lucene's `score` and
        whether the match is `exact`; `confidence` is the surest mention's.
        """

        async def answer() -> Response:
            principal = service.gate.admit(request.headers.get("authorization"))
            asked = parse_search(decode_json(await read_body(request, limit=limit)))

            def ask(reader: "GraphReader") -> "Answer":
                from workbench.graph.reading.search import search_entities

                return search_entities(
                    reader,
                    asked.query,
                    tenant_id=principal.tenant_id,
                    entity_types=asked.entity_types,
                    conversation_id=asked.conversation_id,
                    min_mentions=asked.min_mentions,
                    limit=asked.limit,
                )

            found = await service.knowledge.read(ask)
            entities = entity_bodies(found.frame.to_dicts())
            return _json({"results": entities, "count": len(entities), "reflects": reflects_body(found.reflects)})

        return await _observed(service, "search", answer)

    return routes
