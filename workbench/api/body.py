"""Read a request's body within a limit, and its JSON strictly."""

import json
import re
from typing import Any

import msgspec
from fastapi import Request

from workbench.api.errors import Refusal


def _too_large(limit: int) -> Refusal:
    return Refusal(
        413,
        f"the request is larger than {limit:,} bytes; send less, or raise WORKBENCH_API_MAX_BODY_BYTES",
        code="request_too_large",
        headers={"connection": "close"},
    )


async def read_body(request: Request, *, limit: int) -> bytes:
    """The body's bytes.

    Raises
    ------
    Refusal
        413 as soon as it is known to be larger than `limit`; the rest is not read.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit:
            raise _too_large(limit)
        pieces.append(piece)
    return b"".join(pieces)


def _malformed(where: str) -> Refusal:
    return Refusal(400, f"the body is not valid JSON: {where}", code="invalid_json")


def decode_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8: no NaN or infinity, no lone surrogate, nothing after it.

    Raises
    ------
    Refusal
        400 with the position.

    Examples
    --------
    >>> decode_json(b'{"a": 1}')
    {'a': 1}
    """
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise _malformed(f"byte {error.start} is not UTF-8") from error
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError as error:
        raise _malformed(_position(body) or str(error)) from error
    except RecursionError as error:
        raise _malformed("it is nested too deeply") from error


_PAIRED = rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
_LONE_SURROGATE = re.compile(rb"\\\\|" + _PAIRED + rb"|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})")


def _position(body: bytes) -> str:
    """Line and column of the first error, where Python's own parser sees it too; else of a lone surrogate."""
    try:
        json.loads(body, parse_constant=lambda name: name)
    except json.JSONDecodeError as error:
        return f"{error.msg} at line {error.lineno} column {error.colno} (character {error.pos})"
    except (ValueError, RecursionError):
        return ""
    lone = next((found for found in _LONE_SURROGATE.finditer(body) if found[1]), None)
    return "" if lone is None else f"half a surrogate pair ({lone[1].decode()}) at byte {lone.start()}"
