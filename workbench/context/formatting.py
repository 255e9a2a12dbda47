"""Turns as the message lists of the providers. Pure.

A stored tool turn has lost its call's id, which every provider demands, so it is told as text of the user.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from workbench.context.formats.anthropic import anthropic_request
from workbench.context.formats.gemini import gemini_request
from workbench.context.formats.plain import plain_request
from workbench.context.formats.said import CONTINUES, TOOL_RESULT
from workbench.context.turns import Turn
from workbench.errors import UsageError

__all__ = ["CONTINUES", "FORMATS", "TOOL_RESULT", "anthropic_request", "format_for", "openai_messages"]


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


def _openai_request(messages: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"messages": [dict(message) for message in messages]}


FORMATS: Mapping[str, Callable[[Iterable[Mapping[str, Any]]], dict[str, Any]]] = {
    "openai": _openai_request,
    "anthropic": anthropic_request,
    "gemini": gemini_request,
    "google": gemini_request,
    "plain": plain_request,
}
"""Shapes by provider; everybody else speaks OpenAI's."""


def format_for(provider: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The part of a request that carries the messages, in a provider's own shape.

    Parameters
    ----------
    provider : str
        A key of `FORMATS`.
    messages : sequence of mapping
        OpenAI's shape.

    Returns
    -------
    dict
        ``messages`` for OpenAI, as they are; ``system`` and ``messages`` for Anthropic; ``system_instruction`` and
        ``contents`` for Gemini; ``prompt`` as plain text.

    Raises
    ------
    UsageError
        When there is no such shape.

    Examples
    --------
    >>> format_for("gemini", [{"role": "user", "content": "Hi"}])
    {'contents': [{'role': 'user', 'parts': [{'text': 'Hi'}]}]}
    """
    shape = FORMATS.get(provider)
    if shape is None:
        raise UsageError(f"no message format for {provider!r}; formats: {', '.join(FORMATS)}")
    return shape(messages)
