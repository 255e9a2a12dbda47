"""``GET /v1/analytics/debate/{debate_id}``: what a debate came to, in HelixAgent's shape."""

import asyncio
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.docs import error_responses
from workbench.api.errors import Refusal
from workbench.api.refusals import is_disabled, unavailable
from workbench.api.service import Service
from workbench.errors import StoreError

if TYPE_CHECKING:
    import polars as pl

DEADLINE_S = 10.0
"""HelixAgent's; a debate is some ten rows under the sorting key."""

_TURN = (
    *("round", "position", "kind", "provider", "model", "response_time_ms", "tokens_used", "confidence_score", "vote"),
    *("error_count", "was_winner", "source", "call_id"),
)


def debate_body(debate_id: str, rows: "pl.DataFrame") -> dict[str, Any]:
    """The answer of a debate's rows.

    `avg_response_time` and `max_response_time` are milliseconds over the calls that were answered, null without any.
    """
    turns = rows.to_dicts()
    first = turns[0]
    times = [one["response_time_ms"] for one in turns if one["response_time_ms"] is not None]
    tokens = [one["tokens_used"] for one in turns if one["tokens_used"] is not None]
    members: dict[int, str] = {}
    for one in turns:
        if one["provider"]:
            members.setdefault(one["position"], f"{one['provider']}/{one['model']}")
    return {
        "debate_id": debate_id,
        "rounds": first["total_rounds"],
        "participants": [members[position] for position in sorted(members)],
        "avg_response_time": sum(times) / len(times) if times else None,
        "max_response_time": max(times, default=None),
        "total_tokens": sum(tokens),
        "errors": sum(one["error_count"] for one in turns),
        "winner": first["winner_provider"] or None,
        "winner_model": first["winner_model"] or None,
        "confidence": first["final_confidence"],
        "outcome": first["outcome"],
        "duration_ms": first["duration_ms"],
        "topic": first["topic"],
        "turns": [
            {**{name: one[name] for name in _TURN}, "error": one["error"] or None} for one in turns if one["provider"]
        ],
    }


def router(service: Service) -> APIRouter:
    """The route."""
    routes = APIRouter(tags=["analytics"])
    settings = service.settings

    def ask(tenant_id: str, debate_id: str) -> "pl.DataFrame":
        from workbench.warehouse.analytics import Analytics

        with service.breakers.of("clickhouse").guard(), Analytics(settings) as analytics:
            return analytics.debate_turns(tenant_id, debate_id)

    @routes.get(
        "/v1/analytics/debate/{debate_id:path}",
        summary="A debate: participants, rounds, winner, times, tokens",
        responses=error_responses(401, 404, 503),
        response_class=Response,
        openapi_extra={"security": [{"bearer": []}]},
    )
    async def debate(debate_id: str, request: Request) -> Response:
        """A debate of the token's tenant, as table ``debate_rounds`` has it; the loader brings it a moment later.

        `turns` say who did what in each round; those from recordings have source ``replay``.
        """
        tenant_id = service.gate.admit(request.headers.get("authorization")).tenant_id
        if not (settings.components.analytics and settings.services.clickhouse.enabled):
            raise is_disabled("analytics", server="CLICKHOUSE")
        try:
            rows = await asyncio.wait_for(asyncio.to_thread(ask, tenant_id, debate_id), DEADLINE_S)
        except StoreError as error:
            raise unavailable(error, "debates cannot be read") from error
        except TimeoutError as error:
            raise Refusal(
                503,
                f"ClickHouse did not answer within {DEADLINE_S:g} s; look at: workbench status",
                code="store_unavailable",
                kind="service_unavailable",
                headers={"retry-after": "5"},
            ) from error
        if rows.is_empty():
            raise Refusal(404, f"there is no debate {debate_id[:100]!r}", code="debate_not_found")
        return Response(msgspec.json.encode(debate_body(debate_id, rows)), media_type="application/json")

    return routes
