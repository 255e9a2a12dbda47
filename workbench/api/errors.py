"""Everything that is not an answer, in OpenAI's shape: ``{"error": {message, type, param, code}}``."""

from collections.abc import Mapping

import msgspec
from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from workbench.errors import ProviderError

_encode = msgspec.json.Encoder().encode

BAD_GATEWAY = 502
GATEWAY_TIMEOUT = 504
PASSED_ON = frozenset({400, 403, 404, 409, 413, 422, 429})
"""A provider's statuses that are about the request itself; others become 502, so that a provider's 401 about
*our* key is not taken for the client's."""


class Refusal(HTTPException):
    """A request that gets an error instead of an answer.

    Parameters
    ----------
    status : int
    message : str
        What is wrong, with which value, and what to do.
    code : str
    kind : str
        OpenAI's ``type``.
    param : str, optional
        The field that is wrong.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str,
        kind: str = "invalid_request_error",
        param: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, headers)
        self.code = code
        self.kind = kind
        self.param = param


def error_body(message: str, *, code: str | None, kind: str, param: str | None = None) -> bytes:
    """JSON of an error."""
    return _encode({"error": {"message": message, "type": kind, "param": param, "code": code}})


async def refused(_request: Request, refusal: Exception) -> Response:
    """The answer to a `Refusal`, and to what the framework refuses by itself (404, 405)."""
    if isinstance(refusal, Refusal):
        body = error_body(str(refusal.detail), code=refusal.code, kind=refusal.kind, param=refusal.param)
        return Response(body, refusal.status_code, dict(refusal.headers or {}), "application/json")
    if not isinstance(refusal, HTTPException):
        return await broken(_request, refusal)
    detail = str(refusal.detail)
    body = error_body(detail, code=detail.lower().replace(" ", "_"), kind="invalid_request_error")
    return Response(body, refusal.status_code, dict(refusal.headers or {}), "application/json")


async def broken(_request: Request, _error: Exception) -> Response:
    """The answer when this program failed: no detail leaves it, the log has the traceback."""
    body = error_body("the server failed; its log has the reason", code="internal_error", kind="server_error")
    return Response(body, 500, media_type="application/json")


def failure_status(error: ProviderError) -> int:
    """HTTP status that a client gets for a provider's failure.

    Examples
    --------
    >>> failure_status(ProviderError("m", status="refused", http_status=429))
    429
    >>> failure_status(ProviderError("m", http_status=401))
    502
    >>> failure_status(ProviderError("m", status="timeout"))
    504
    """
    if error.status == "timeout":
        return GATEWAY_TIMEOUT
    return error.http_status if error.http_status in PASSED_ON else BAD_GATEWAY


def failure_body(error: ProviderError) -> bytes:
    """JSON of a provider's failure."""
    status = failure_status(error)
    kind = {404: "invalid_request_error", 429: "rate_limit_error", GATEWAY_TIMEOUT: "timeout_error"}.get(
        status, "provider_error"
    )
    return error_body(str(error), code=error.error_code or error.status, kind=kind)
