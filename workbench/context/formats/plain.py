"""A transcript as plain text, for models that complete text (pure)."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workbench.context.formats.said import TOOL_CALL, TOOL_RESULT, Block, ToolCall, ToolResult, read_said

_NAMES = {"user": "User", "assistant": "Assistant"}


def plain_request(messages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A transcript that ends where the model is to go on.

    A turn's own text may look like the start of a turn: a model that completes text cannot be told apart what
    was written from who wrote it. Parts that are not text stand as their placeholders.

    Returns
    -------
    dict
        ``prompt``.

    Examples
    --------
    >>> print(plain_request([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}])["prompt"])
    System: Be brief.
    <BLANKLINE>
    User: Hi
    <BLANKLINE>
    Assistant:
    """
    system, turns = read_said(messages)
    lines = [f"System: {text}" for text in system]
    lines += [f"{_NAMES[turn.role]}: " + "\n\n".join(map(_text, turn.blocks)) for turn in turns]
    if not turns or turns[-1].role == "user":
        lines.append("Assistant:")
    return {"prompt": "\n\n".join(lines)}


def _text(block: Block) -> str:
    if isinstance(block, str):
        return block
    if isinstance(block, ToolCall):
        return f"{TOOL_CALL}{block.name}({json.dumps(dict(block.arguments), ensure_ascii=False, default=str)})"
    return TOOL_RESULT + block.text if isinstance(block, ToolResult) else block.placeholder
