"""``/v1/learning/insights`` and ``/v1/learning/patterns``, in HelixAgent's shape, with links to the evidence."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.docs import error_responses, query_parameter
from workbench.api.learning import evidence_of
from workbench.api.refusals import is_disabled, unavailable, whole_number
from workbench.api.service import Service
from workbench.clock import rfc3339
from workbench.errors import StoreError

if TYPE_CHECKING:
    from workbench.database.connection import BoundedConnection

DEFAULT_LIMIT, MOST_INSIGHTS = 10, 100
"""HelixAgent's."""

MOST_PATTERNS = 1_000
"""Patterns of one answer; some 500 bytes each."""

_MEASURED = ("frequency", "cases", "chance", "lift", "p_value", "comparisons")


def insight_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """An insight in HelixAgent's shape; ``metadata`` has the figures behind it and the ids that show it."""
    about_user = row["insight_type"] in ("user_intent", "user_preference", "conversation_flow")
    return {
        "insight_id": row["insight_id"],
        "user_id": row["subject"] if about_user else "",
        "insight_type": row["insight_type"],
        "title": row["title"],
        "description": row["description"],
        "confidence": row["confidence"],
        "impact": row["impact"],
        "created_at": rfc3339(row["created_at"]),
        "metadata": {
            **evidence_of(dict(row), "version", *_MEASURED),
            "subject": row["subject"],
            "pattern_id": row["insight_id"],
            "evidence": row["examples"],
        },
    }


def pattern_body(row: Mapping[str, Any]) -> dict[str, Any]:
    """A pattern in HelixAgent's shape; ``examples`` are the conversations and messages that show it."""
    return {
        "pattern_id": row["pattern_id"],
        "pattern_type": row["pattern_type"],
        "description": row["description"],
        "frequency": row["frequency"],
        "confidence": row["confidence"],
        "first_seen": rfc3339(row["first_seen"]),
        "last_seen": rfc3339(row["last_seen"]),
        "examples": row["examples"],
        "metadata": evidence_of(dict(row), "subject", "key", "part_of", *_MEASURED[1:]),
    }


def router(service: Service) -> APIRouter:
    """The two routes."""
    routes = APIRouter(tags=["learning"])
    on = service.settings.components.cross_learning

    def require_on() -> None:
        if not on:
            raise is_disabled("cross_learning")
        if not service.reads.on:
            raise is_disabled("infinite_context", reader="cross_learning")

    @routes.get(
        "/v1/learning/insights",
        summary="What was learned across conversations, the newest first",
        responses=error_responses(400, 401, 503),
        response_class=Response,
        openapi_extra={
            "security": [{"bearer": []}],
            "parameters": [
                query_parameter(
                    "limit",
                    "most insights",
                    {"type": "integer", "minimum": 1, "maximum": MOST_INSIGHTS, "default": DEFAULT_LIMIT},
                )
            ],
        },
    )
    async def insights(request: Request) -> Response:
        """Insights of the token's tenant that hold, each in its latest version.

        `confidence` is a lower bound: of two comparable cases of which exactly one shows the pattern, the probability
        that it is the one where it should show. `metadata.evidence` names conversations and messages.
        """
        principal = service.gate.admit(request.headers.get("authorization"))
        limit = whole_number("limit", request.query_params.get("limit", str(DEFAULT_LIMIT)), low=1, high=MOST_INSIGHTS)
        require_on()

        def ask(connection: "BoundedConnection") -> list[dict[str, Any]]:
            from workbench.database import learning

            return learning.insights(connection, principal.tenant_id, limit=limit)

        try:
            rows = await service.reads.read(ask)
        except StoreError as error:
            raise unavailable(error, "what was learned cannot be read") from error
        body = {"insights": [insight_body(row) for row in rows], "count": len(rows), "limit": limit}
        return Response(msgspec.json.encode(body), media_type="application/json")

    @routes.get(
        "/v1/learning/patterns",
        summary="Patterns of completed conversations and debates, the surest first",
        responses=error_responses(401, 503),
        response_class=Response,
        openapi_extra={
            "security": [{"bearer": []}],
            "parameters": [query_parameter("type", "pattern type, or all", {"type": "string", "default": "all"})],
        },
    )
    async def patterns(request: Request) -> Response:
        """Patterns of the token's tenant that are frequent enough, insights or not; none for an unknown type.

        `metadata` says in how many `cases` a pattern could have shown, what share `chance` explains, and of how many
        `comparisons` it is one; `part_of` names a pattern that says the same with more support.
        """
        principal = service.gate.admit(request.headers.get("authorization"))
        wanted = request.query_params.get("type") or "all"
        require_on()

        def ask(connection: "BoundedConnection") -> list[dict[str, Any]]:
            from workbench.database import learning

            return learning.patterns(connection, principal.tenant_id, pattern_type=wanted, limit=MOST_PATTERNS)

        try:
            rows = await service.reads.read(ask) if "\x00" not in wanted else []
        except StoreError as error:
            raise unavailable(error, "what was learned cannot be read") from error
        body = {"patterns": [pattern_body(row) for row in rows], "type": wanted, "count": len(rows)}
        return Response(msgspec.json.encode(body), media_type="application/json")

    return routes
