"""Sessions over HTTP: what a client keeps with them, where they go on, and the consent to recall."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import Response

from workbench.api.access import Principal
from workbench.api.body import decode_json, read_body
from workbench.api.docs import error_responses, json_request, query_parameter
from workbench.api.errors import Refusal
from workbench.api.service import Service
from workbench.api.sessions_request import (
    ConsentBody,
    RecallBody,
    ResumeBody,
    SessionBody,
    converted,
    identifier,
    user_of,
)
from workbench.clock import rfc3339
from workbench.context.sessions import SessionKey

if TYPE_CHECKING:
    from workbench.database.consents import Consent
    from workbench.database.sessions import StoredSession
    from workbench.pipelines.sessions import Resumed

_USER = query_parameter("user", "whose session; by default the anonymous user's", {"type": "string"})
_SECURED: dict[str, Any] = {"security": [{"bearer": []}]}


def _key(principal: Principal, session_id: str, user: str | None) -> SessionKey:
    return SessionKey(principal.tenant_id, principal.user_id(user), identifier("session_id", session_id) or "")


def session_body(key: SessionKey, found: "StoredSession") -> dict[str, Any]:
    """A session as a client reads it."""
    return {
        "session_id": key.session_id,
        "user_id": key.user_id,
        "status": found.status,
        "version": found.version,
        "state": msgspec.Raw(found.state.encode()),
        "active_at": rfc3339(found.active_at),
        "expires_at": rfc3339(found.expires_at),
        "conversation_id": found.conversation_id,
        "sequence": found.sequence,
        "segment": found.segment,
        "message_count": found.message_count,
        "token_count": found.token_count,
        "conversation_count": found.conversation_count,
    }


def _resumed_body(key: SessionKey, found: "Resumed") -> dict[str, Any]:
    snapshot = found.snapshot
    return {
        **session_body(key, found.session),
        "next_sequence": found.session.sequence + 1,
        "snapshot": snapshot
        and {
            "snapshot": snapshot.snapshot,
            "conversation_id": snapshot.conversation_id,
            "sequence": snapshot.sequence,
            "segment": snapshot.segment,
            "turns_sha256": snapshot.turns_sha256,
            "taken_at": rfc3339(snapshot.taken_at),
        },
        "intact": found.intact,
        "turns": [
            {
                "sequence": turn.sequence,
                "role": turn.role,
                "text": turn.text,
                "occurred_at": turn.occurred_at and rfc3339(turn.occurred_at),
            }
            for turn in found.turns
        ],
        "waiting_events": found.waiting_events,
    }


def _consent_body(user_id: str, found: "Consent") -> dict[str, Any]:
    return {
        "user_id": user_id,
        "cross_session_recall": found.cross_session_recall,
        "changed_at": found.changed_at and rfc3339(found.changed_at),
    }


def _json(body: dict[str, Any]) -> Response:
    return Response(msgspec.json.encode(body), media_type="application/json")


def router(service: Service) -> APIRouter:
    """``/v1/sessions/{session_id}``, ``/v1/sessions/{session_id}/resume``, ``/v1/consent``, ``/v1/recall``."""
    routes = APIRouter(tags=["sessions"])
    limit = service.settings.api.max_body_bytes

    async def body_of(request: Request) -> Any:
        raw = await read_body(request, limit=limit)
        return decode_json(raw) if raw else {}

    def admitted(request: Request) -> Principal:
        return service.gate.admit(request.headers.get("authorization"))

    @routes.get(
        "/v1/consent",
        summary="Whether a user's other conversations may be searched",
        openapi_extra={"parameters": [_USER], **_SECURED},
        responses=error_responses(400, 401, 503),
        response_class=Response,
    )
    async def consent(request: Request) -> Response:
        """`cross_session_recall` is false unless the user has allowed it; `changed_at` is null when never asked."""
        principal = admitted(request)
        user_id = principal.user_id(user_of(request.query_params))
        return _json(
            _consent_body(
                user_id, await service.sessions.ask(lambda store: store.consent(principal.tenant_id, user_id))
            )
        )

    @routes.put(
        "/v1/consent",
        summary="Allow or forbid searching a user's other conversations",
        openapi_extra={"requestBody": json_request(ConsentBody), **_SECURED},
        responses=error_responses(400, 401, 413, 503),
        response_class=Response,
    )
    async def set_consent(request: Request) -> Response:
        """Holds from the next question on."""
        principal = admitted(request)
        body = converted(await body_of(request), ConsentBody)
        user_id = principal.user_id(body.user)
        found = await service.sessions.ask(
            lambda store: store.set_consent(principal.tenant_id, user_id, allowed=body.cross_session_recall)
        )
        return _json(_consent_body(user_id, found))

    @routes.post(
        "/v1/recall",
        summary="What a user said in other conversations",
        openapi_extra={"requestBody": json_request(RecallBody), **_SECURED},
        responses=error_responses(400, 401, 413, 503),
        response_class=Response,
    )
    async def recalled(request: Request) -> Response:
        """The best turns for `query`, best first; none unless the user has given consent (``/v1/consent``).

        Conversations in which somebody else has a part are not searched, nor is `conversation_id`.
        """
        principal = admitted(request)
        body = converted(await body_of(request), RecallBody)
        found = await service.sessions.recall(
            principal.tenant_id,
            principal.user_id(body.user),
            conversation_id=body.conversation_id or "",
            query=body.query,
            k=body.limit,
        )
        turns = [{**asdict(one), "occurred_at": rfc3339(one.occurred_at)} for one in found]
        return _json({"turns": turns, "count": len(turns)})

    @routes.post(
        "/v1/sessions/{session_id}/resume",
        summary="Where a session goes on",
        openapi_extra={"requestBody": {**json_request(ResumeBody), "required": False}, **_SECURED},
        responses=error_responses(400, 401, 404, 413, 503),
        response_class=Response,
    )
    async def resume(session_id: str, request: Request) -> Response:
        """`next_sequence` is the next turn's number; `turns` are the last ones; a snapshot of the place is kept.

        `intact` says whether the conversation still reads as it did at the snapshot before. While `waiting_events` is
        not 0, turns that were recorded may still arrive: ask again. An expired or closed session is refused.
        """
        principal = admitted(request)
        body = converted(await body_of(request), ResumeBody)
        key = _key(principal, session_id, body.user)
        found = await service.sessions.ask(lambda store: store.resume(key, conversation_id=body.conversation_id))
        return _json(_resumed_body(key, found))

    @routes.get(
        "/v1/sessions/{session_id}",
        summary="A session: its state, its status, and where it stands",
        openapi_extra={"parameters": [_USER], **_SECURED},
        responses=error_responses(400, 401, 404, 503),
        response_class=Response,
    )
    async def session(session_id: str, request: Request) -> Response:
        """`sequence` is the last stored number of the conversation in which something was last said."""
        key = _key(admitted(request), session_id, user_of(request.query_params))
        return _json(session_body(key, await service.sessions.ask(lambda store: store.get(key))))

    @routes.put(
        "/v1/sessions/{session_id}",
        summary="Store a session's state, close it, or open it again",
        openapi_extra={"requestBody": json_request(SessionBody), **_SECURED},
        responses=error_responses(400, 401, 409, 413, 503),
        response_class=Response,
    )
    async def put_session(session_id: str, request: Request) -> Response:
        """409 when `expected_version` is not the stored one; the header `x-current` has that."""
        principal = admitted(request)
        body = converted(await body_of(request), SessionBody)
        if body.status not in ("active", "closed"):
            raise Refusal(
                400,
                f"status: {body.status[:50]!r} is neither 'active' nor 'closed'",
                code="invalid_value",
                param="status",
            )
        key = _key(principal, session_id, body.user)
        found = await service.sessions.ask(
            lambda store: store.put(
                key, state=body.state, closed=body.status == "closed", expected_version=body.expected_version
            )
        )
        return _json(session_body(key, found))

    return routes
