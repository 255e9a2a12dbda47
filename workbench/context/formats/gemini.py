"""Gemini's shape: ``system_instruction``, ``contents`` with ``parts``, roles ``user`` and ``model`` (pure).

Source: Google, Gemini API, generateContent, as of 2025-06.
"""

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.context.formats.said import Block, ToolCall, ToolResult, joined, read_said
from workbench.context.parts import Part


def gemini_request(messages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Gemini's shape of a message list.

    Returns
    -------
    dict
        ``system_instruction`` (only when there is any) and ``contents`` that alternate and begin with the user.
        Bytes are sent inline, addresses as files; an id of another provider stands as its placeholder.

    Examples
    --------
    >>> gemini_request([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "a"}])["contents"]
    [{'role': 'user', 'parts': [{'text': 'a'}]}]
    """
    system, turns = read_said(messages)
    contents = [
        {
            "role": "model" if turn.role == "assistant" else "user",
            "parts": [_part(block) for block in joined([_sendable(block) for block in turn.blocks])],
        }
        for turn in turns
    ]
    request: dict[str, Any] = {"contents": contents}
    return {"system_instruction": {"parts": [{"text": "\n\n".join(system)}]}, **request} if system else request


def _sendable(block: Block) -> Block:
    known = isinstance(block, Part) and (block.address or (block.content and block.media_type))
    return block.placeholder if isinstance(block, Part) and not known else block


def _part(block: Block) -> dict[str, Any]:
    if isinstance(block, str):
        return {"text": block}
    if isinstance(block, ToolCall):
        return {"function_call": {"name": block.name, "args": dict(block.arguments)}}
    if isinstance(block, ToolResult):
        return {"function_response": {"name": block.name, "response": {"result": block.text}}}
    if block.address:
        return {
            "file_data": {"file_uri": block.address, **({"mime_type": block.media_type} if block.media_type else {})}
        }
    return {"inline_data": {"mime_type": block.media_type, "data": base64.b64encode(block.content).decode()}}
