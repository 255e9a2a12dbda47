"""Turns as the message lists of the providers: OpenAI's shape, Anthropic's shape.

A stored tool turn has lost its call's id, which both providers demand, so it is told as text of the user.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.context.turns import Turn

TOOL_RESULT = "Result of a tool: "
CONTINUES = "(The conversation continues.)"
"""Said by the user where Anthropic's shape demands a user's turn first and the window begins with an answer."""


def openai_messages(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    """OpenAI's shape: a list of ``role`` and ``content``, system turns where they stand.

    Examples
    --------
    >>> openai_messages([Turn(1, "user", "Hi", 1), Turn(2, "tool", "42", 1)])
    [{'role': 'user', 'content': 'Hi'}, {'role': 'user', 'content': 'Result of a tool: 42'}]
    """
    return [
        {"role": "user", "content": TOOL_RESULT + turn.text}
        if turn.role == "tool"
        else {"role": turn.role, "content": turn.text}
        for turn in turns
    ]


def _text(content: object) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "\n".join(str(part["text"]) for part in content if isinstance(part, Mapping) and "text" in part)
    return ""


def anthropic_request(messages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Anthropic's shape: ``system`` apart, then turns that alternate and begin with the user.

    Parameters
    ----------
    messages : iterable of mapping
        OpenAI's shape, e.g. of `openai_messages`.

    Returns
    -------
    dict
        ``system`` (text, only when there is any) and ``messages``; neighbours of one role are merged
        with an empty line between them, and a message without text is left out, which the provider refuses.

    Examples
    --------
    >>> anthropic_request([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "a"},
    ...     {"role": "user", "content": "b"}])
    {'system': 'Be brief.', 'messages': [{'role': 'user', 'content': 'a\\n\\nb'}]}
    """
    system: list[str] = []
    merged: list[dict[str, str]] = []
    for message in messages:
        text = _text(message.get("content"))
        if not text.strip():
            continue
        role = str(message.get("role"))
        if role in ("system", "developer"):
            system.append(text)
            continue
        if role in ("tool", "function"):
            role, text = "user", TOOL_RESULT + text
        if merged and merged[-1]["role"] == role:
            merged[-1]["content"] += "\n\n" + text
        else:
            merged.append({"role": role, "content": text})
    if merged and merged[0]["role"] != "user":
        merged.insert(0, {"role": "user", "content": CONTINUES})
    request: dict[str, Any] = {"messages": merged}
    return {"system": "\n\n".join(system), **request} if system else request
