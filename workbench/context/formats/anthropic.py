"""Anthropic's shape: ``system`` apart, turns that alternate and begin with the user (pure).

Source: Anthropic, Messages API, as of 2025-06.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.context.formats.said import Block, Said, ToolCall, ToolResult, joined, read_said
from workbench.context.parts import Part

IMAGE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_CALL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


def anthropic_request(messages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Anthropic's shape of a message list.

    Parameters
    ----------
    messages : iterable of mapping
        OpenAI's shape, e.g. of `workbench.context.formatting.openai_messages`.

    Returns
    -------
    dict
        ``system`` (text, only when there is any) and ``messages``; neighbours of one role are merged with an empty
        line between their texts, and a message without text is left out, which the provider refuses. A turn of texts
        alone has text as its content, any other a list of blocks. What the provider does not take (audio, an image
        in an answer) stands as its placeholder.

    Examples
    --------
    >>> anthropic_request([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "a"},
    ...     {"role": "user", "content": "b"}])
    {'system': 'Be brief.', 'messages': [{'role': 'user', 'content': 'a\\n\\nb'}]}
    """
    system, turns = read_said(messages)
    request: dict[str, Any] = {"messages": [_message(turn) for turn in turns]}
    return {"system": "\n\n".join(system), **request} if system else request


def _message(turn: Said) -> dict[str, Any]:
    blocks = joined([_sendable(block, turn.role) for block in turn.blocks])
    if len(blocks) == 1 and isinstance(blocks[0], str):
        return {"role": turn.role, "content": blocks[0]}
    return {"role": turn.role, "content": [_block(block) for block in blocks]}


def _sendable(block: Block, role: str) -> Block:
    if not isinstance(block, Part):
        return block
    image = block.kind == "image" and (block.address or block.media_type in IMAGE_TYPES)
    file = block.kind == "file" and (block.address or _is_pdf(block) or block.media_type.startswith("text/"))
    return block if role == "user" and (image or file) else block.placeholder


def _is_pdf(part: Part) -> bool:
    return part.content[:5] == b"%PDF-"


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, str):
        return {"type": "text", "text": block}
    if isinstance(block, ToolCall):
        return {"type": "tool_use", "id": _call_id(block.call_id), "name": block.name, "input": dict(block.arguments)}
    if isinstance(block, ToolResult):
        return {"type": "tool_result", "tool_use_id": _call_id(block.call_id), "content": block.text}
    return {"type": "image" if block.kind == "image" else "document", "source": _source(block)}


def _source(part: Part) -> dict[str, Any]:
    if part.address:
        return {"type": "url", "url": part.address}
    if part.kind == "file" and not _is_pdf(part):
        return {"type": "text", "media_type": "text/plain", "data": part.content.decode("utf-8", "replace")}
    media_type = "application/pdf" if part.kind == "file" else part.media_type
    return {"type": "base64", "media_type": media_type, "data": base64.b64encode(part.content).decode()}


def _call_id(given: str) -> str:
    """The id, or one that the provider's pattern allows."""
    return (
        given
        if _CALL_ID.fullmatch(given)
        else f"call_{hashlib.sha256(given.encode('utf-8', 'replace')).hexdigest()[:24]}"
    )
