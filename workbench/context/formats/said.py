"""OpenAI's message list as what was said: roles that alternate, and blocks of text, media and tools (pure).

Anthropic and Gemini refuse two turns of one role in a row, an answer before any question, an empty turn, and a
tool's result without its call. So neighbours of one role are merged, a question is put before a first answer,
blank turns are left out, and a call whose result does not follow at once, or a result whose call does not
precede it, is told in words.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.context.parts import Part, read_part, text_of_part

TOOL_RESULT = "Result of a tool: "
TOOL_CALL = "Call of a tool: "
CONTINUES = "(The conversation continues.)"
"""Said by the user where a shape demands a user's turn first and the window begins with an answer, or has none."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A call that the model asked for; its result follows at once."""

    call_id: str
    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a tool answered to the call before it."""

    call_id: str
    name: str
    text: str


Block = str | Part | ToolCall | ToolResult


@dataclass(frozen=True, slots=True)
class Said:
    """One turn.

    Parameters
    ----------
    role : {"user", "assistant"}
    blocks : list of Block
        In order, at least one, no text blank.
    """

    role: Literal["user", "assistant"]
    blocks: list[Block]


def read_said(messages: Iterable[Mapping[str, Any]]) -> tuple[list[str], list[Said]]:
    """System texts, and the turns, alternating and beginning with the user.

    Parameters
    ----------
    messages : iterable of mapping
        OpenAI's shape.

    Examples
    --------
    >>> read_said([{"role": "system", "content": "s"}, {"role": "assistant", "content": "b"}])
    (['s'], [Said(role='user', blocks=['(The conversation continues.)']), Said(role='assistant', blocks=['b'])])
    """
    given = list(messages)
    system: list[str] = []
    turns: list[Said] = []
    open_calls: dict[str, str] = {}
    for place, message in enumerate(given):
        role = str(message.get("role"))
        blocks = _blocks(message.get("content"))
        if role in ("system", "developer"):
            system += [block if isinstance(block, str) else block.placeholder for block in blocks]
            continue
        if role in ("tool", "function"):
            said = "\n".join(block if isinstance(block, str) else block.placeholder for block in blocks)
            call_id = str(message.get("tool_call_id"))
            name = open_calls.pop(call_id, None)
            _add(turns, "user", [ToolResult(call_id, name, said)] if name else [TOOL_RESULT + said] if said else [])
            continue
        calls = _calls(message)
        open_calls = _answered(calls, given[place + 1 :])
        told: list[Block] = [call if open_calls else _in_words(call) for call in calls]
        _add(turns, "assistant" if role == "assistant" else "user", [*blocks, *told])
    if (turns and turns[0].role != "user") or (system and not turns):
        turns.insert(0, Said("user", [CONTINUES]))
    return system, turns


def _add(turns: list[Said], role: Literal["user", "assistant"], blocks: Sequence[Block]) -> None:
    if not blocks:
        return
    if turns and turns[-1].role == role:
        turns[-1].blocks.extend(blocks)
    else:
        turns.append(Said(role, list(blocks)))


def _blocks(content: object) -> list[str | Part]:
    if isinstance(content, str):
        return [content] if content.strip() else []
    found: list[str | Part] = []
    for part in content if isinstance(content, Sequence) else ():
        text = text_of_part(part)
        if text is None:
            found.append(read_part(part))
        elif found and isinstance(found[-1], str) and text.strip():
            found[-1] += "\n" + text
        elif text.strip():
            found.append(text)
    return found


def _calls(message: Mapping[str, Any]) -> list[ToolCall]:
    given = message.get("tool_calls")
    found = []
    for call in given if isinstance(given, list) else []:
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping):
            found.append(ToolCall(str(call.get("id")), str(function.get("name")), _arguments(function)))
    return found


def _arguments(function: Mapping[str, Any]) -> Mapping[str, Any]:
    written = function.get("arguments")
    try:
        value = json.loads(written) if isinstance(written, str) else written
    except (json.JSONDecodeError, RecursionError):  # models write broken JSON: it is passed on as it is
        value = written
    return value if isinstance(value, Mapping) else {} if value is None else {"arguments": value}


def _answered(calls: Sequence[ToolCall], following: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Names of calls by id when each of them, and nothing else, is answered by the messages that follow at once."""
    names = {call.call_id: call.name for call in calls}
    answers = []
    for message in following:
        if message.get("role") not in ("tool", "function"):
            break
        answers.append(str(message.get("tool_call_id")))
    return names if len(names) == len(calls) and sorted(answers) == sorted(names) else {}


def _in_words(call: ToolCall) -> str:
    return f"{TOOL_CALL}{call.name}({json.dumps(call.arguments, ensure_ascii=False, default=str)})"


def joined(blocks: Sequence[Block]) -> list[Block]:
    """Neighbouring texts as one, an empty line between them."""
    found: list[Block] = []
    for block in blocks:
        if found and isinstance(block, str) and isinstance(found[-1], str):
            found[-1] += "\n\n" + block
        else:
            found.append(block)
    return found
