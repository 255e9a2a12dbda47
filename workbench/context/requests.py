"""A chat request's messages as the client sent them, read for counting and comparing.

The shape is OpenAI's. What the client sent is passed on as it came; only its role and its text are read.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.catalogue.providers import provider_of
from workbench.catalogue.tokenizers import bare_name
from workbench.catalogue.tokens import message_tokens
from workbench.context.part_tokens import part_tokens
from workbench.context.parts import read_part, text_of_part
from workbench.errors import UsageError
from workbench.events.payloads import Role

_ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}


@dataclass(frozen=True, slots=True)
class RequestMessage:
    """One message of a request.

    Parameters
    ----------
    role : {"system", "user", "assistant", "tool"}
        ``developer`` is read as system, ``function`` as tool.
    text : str
        Its parts joined by newlines, as the turn is stored: of a part that is not text its placeholder.
    tokens : int
        Counted with the model's tokenizer, parts that are not text by their provider's rule, the message's
        overhead included.
    wire : mapping
        The message as the client sent it.
    """

    role: Role
    text: str
    tokens: int
    wire: Mapping[str, Any]


def _content(content: object, where: str, model: str) -> tuple[str, str, int]:
    """The text as it is stored, the text that is counted as such, and the tokens of all other parts."""
    if content is None:
        return "", "", 0
    if isinstance(content, str):
        return content, content, 0
    if not isinstance(content, Sequence):
        raise UsageError(f"{where}.content must be text or a list of parts, got {type(content).__name__}")
    stored: list[str] = []
    texts: list[str] = []
    others = 0
    for part in content:
        text = text_of_part(part)
        if text is not None:
            texts.append(text)
            stored.append(text)
            continue
        read = read_part(part)
        others += part_tokens(read, model, provider=provider_of(bare_name(model)))
        stored.append(read.placeholder)
    return "\n".join(stored), "\n".join(texts), others


def read_messages(messages: Sequence[Mapping[str, Any]], model: str) -> list[RequestMessage]:
    """Read a request's messages.

    Parameters
    ----------
    messages : sequence of mapping
        OpenAI's shape: ``role``, ``content``, and what else there may be.
    model : str
        For counting.

    Raises
    ------
    UsageError
        When there are none, or one has no known role or no readable content.

    Examples
    --------
    >>> [(m.role, m.text) for m in read_messages([{"role": "developer", "content": "Be brief."}], "gpt-4o")]
    [('system', 'Be brief.')]
    """
    if not messages:
        raise UsageError("a chat request needs at least one message")
    read: list[RequestMessage] = []
    for index, message in enumerate(messages):
        where = f"messages[{index}]"
        role = _ROLES.get(str(message.get("role")))
        if role is None:
            raise UsageError(f"{where}.role is {message.get('role')!r}; known roles: {', '.join(_ROLES)}")
        text, counted, others = _content(message.get("content"), where, model)
        tokens = message_tokens(counted, model) + others
        if calls := message.get("tool_calls") or message.get("function_call"):
            tokens += message_tokens(json.dumps(calls, default=str), model)
        read.append(RequestMessage(role, text, tokens, message))
    return read


def blocks_of(messages: Sequence[RequestMessage]) -> list[list[RequestMessage]]:
    """Messages that only make sense together: a tool's answer stays with the call before it.

    Examples
    --------
    >>> said = read_messages([{"role": r, "content": r} for r in ("user", "assistant", "tool", "user")], "gpt-4o")
    >>> [[m.role for m in block] for block in blocks_of(said)]
    [['user'], ['assistant', 'tool'], ['user']]
    """
    blocks: list[list[RequestMessage]] = []
    for message in messages:
        if message.role == "tool" and blocks:
            blocks[-1].append(message)
        else:
            blocks.append([message])
    return blocks
