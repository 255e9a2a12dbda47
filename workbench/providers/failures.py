"""What a provider's refusal, silence or nonsense means for a call (pure)."""

from typing import Any

import httpx
import msgspec

from workbench.errors import ProviderError

_MESSAGE_LIMIT = 300
"""Characters of a provider's own error message that are passed on."""


def provider_error(name: str, status: int, body: bytes) -> ProviderError:
    """What an HTTP status other than 200 means for a call.

    A 429, and a 400 or 403 of a content filter, are refusals; everything else is an error.

    Examples
    --------
    >>> error = provider_error("vllm", 429, b'{"error": {"message": "slow down", "code": "rate_limited"}}')
    >>> error.status, error.http_status, error.error_code, str(error)
    ('refused', 429, 'rate_limited', 'vllm answered 429: slow down')
    """
    try:
        parsed: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        parsed = None
    found = parsed.get("error") if isinstance(parsed, dict) else None
    details = found if isinstance(found, dict) else {"message": found}
    code = details.get("code") or details.get("type")
    code_text = str(code)[:64] if code is not None else None
    message = str(details.get("message") or "no reason given")[:_MESSAGE_LIMIT]
    filtered = (
        status in {400, 403}
        and "content" in (code_text or "")
        and ("filter" in (code_text or "") or "policy" in (code_text or ""))
    )
    refused = status in {403, 429} or filtered
    return ProviderError(
        f"{name} answered {status}: {message}",
        status="refused" if refused else "error",
        http_status=status,
        error_code=code_text,
    )


def transport_error(name: str, error: Exception, timeout_s: float) -> ProviderError:
    """No answer at all: a timeout, or a connection that failed."""
    if isinstance(error, (httpx.TimeoutException, TimeoutError)):
        return ProviderError(
            f"{name} did not answer within {timeout_s:g} s; raise WORKBENCH_PROVIDER_TIMEOUT_S or try again",
            status="timeout",
            error_code="timeout",
        )
    return ProviderError(
        f"{name} cannot be reached ({type(error).__name__}); check WORKBENCH_PROVIDER_URL",
        error_code="connection_failed",
    )


def malformed(name: str, what: str) -> ProviderError:
    """An answer with status 200 that is no chat completion."""
    return ProviderError(
        f"{name} sent what is no chat completion ({what})", http_status=200, error_code="malformed_response"
    )
