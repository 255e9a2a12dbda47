"""OpenAI's chat completion as JSON and as server-sent events: read, and written for replayed answers (pure)."""

from collections.abc import Iterator
from typing import Any

import msgspec

from workbench.providers.exchange import Usage

DONE = b"data: [DONE]\n\n"
"""The event that ends a complete stream; without it an answer was cut off."""

_encode = msgspec.json.Encoder().encode


def usage_of(body: Any) -> Usage:
    """Tokens of a response's ``usage`` block; None where it says nothing or nonsense.

    Examples
    --------
    >>> usage_of({"prompt_tokens": 9, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}})
    Usage(tokens_input=9, tokens_output=3, tokens_cached=4)
    """
    if not isinstance(body, dict):
        return Usage()
    details = body.get("prompt_tokens_details")
    cached = details.get("cached_tokens") if isinstance(details, dict) else None
    return Usage(_count(body.get("prompt_tokens")), _count(body.get("completion_tokens")), _count(cached))


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def answer_text(message: Any) -> str:
    """The assistant's text of a message; of a tool call its JSON, so that it is not lost."""
    if not isinstance(message, dict):
        return ""
    content = message.get("content")
    if isinstance(content, str) and content:
        return content
    if message.get("tool_calls"):
        return _encode(message["tool_calls"]).decode()
    refusal = message.get("refusal")
    return refusal if isinstance(refusal, str) else ""


def sse(body: Any) -> bytes:
    """One server-sent event.

    Examples
    --------
    >>> sse({"id": 1})
    b'data: {"id":1}\\n\\n'
    """
    return b"data: " + _encode(body) + b"\n\n"


class EventSplitter:
    """Cuts a byte stream into server-sent events at empty lines, wherever its pieces were cut.

    Examples
    --------
    >>> cut = EventSplitter()
    >>> list(cut.feed(b"data: 1\\n")), list(cut.feed(b"\\ndata: 2\\n\\nda"))
    ([], [b'data: 1\\n\\n', b'data: 2\\n\\n'])
    >>> cut.rest
    b'da'
    """

    __slots__ = ("rest",)

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, piece: bytes) -> Iterator[bytes]:
        """The events that this piece completes."""
        self.rest += piece
        while True:
            ends = [(at, len(mark)) for mark in (b"\n\n", b"\r\n\r\n") if (at := self.rest.find(mark)) >= 0]
            if not ends:
                return
            at, length = min(ends)
            event, self.rest = self.rest[: at + length], self.rest[at + length :]
            yield event


def event_data(event: bytes) -> bytes:
    """The data of one event; empty for comments and heartbeats."""
    lines = [line[5:].strip() for line in event.splitlines() if line.startswith(b"data:")]
    return b"\n".join(lines)


class StreamedAnswer:
    """Puts an answer together from the chunks of a stream.

    Attributes
    ----------
    text, model : str
    usage : Usage
        Of the last chunk that has one (``stream_options.include_usage``).
    error : mapping or None
        The error object, when the provider sent one inside the stream.
    """

    __slots__ = ("_tools", "error", "finished", "model", "text", "usage")

    def __init__(self) -> None:
        self.text = ""
        self.model = ""
        self.usage = Usage()
        self.error: dict[str, Any] | None = None
        self.finished = False
        self._tools: list[Any] = []

    def add(self, data: bytes) -> bool:
        """Take one chunk; whether it carried a piece of the answer.

        Raises
        ------
        msgspec.DecodeError
            When it is not JSON.
        """
        chunk = msgspec.json.decode(data)
        if not isinstance(chunk, dict):
            raise msgspec.DecodeError("a chunk of the stream is not a JSON object")
        if isinstance(chunk.get("error"), dict):
            self.error = chunk["error"]
            return False
        self.model = chunk.get("model") or self.model
        if chunk.get("usage"):
            self.usage = usage_of(chunk["usage"])
        choices = chunk.get("choices") or []
        first = next((one for one in choices if isinstance(one, dict) and one.get("index", 0) == 0), None)
        if first is None:
            return False
        self.finished = self.finished or first.get("finish_reason") is not None
        delta = first.get("delta")
        delta = delta if isinstance(delta, dict) else {}
        self._tools.extend(delta.get("tool_calls") or [])
        piece = delta.get("content")
        if not isinstance(piece, str) or not piece:
            return bool(delta.get("tool_calls"))
        self.text += piece
        return True

    def whole_text(self) -> str:
        """The text, or the JSON of the tool calls' deltas when there is no text."""
        return self.text or (_encode(self._tools).decode() if self._tools else "")


def joined_stream(received: bytes, text: str) -> bytes:
    """A stream with its whole text in the first piece and none in the later ones.

    Redaction needs this: it cannot see what two chunks say together. Choices other than the first
    are left out.
    """
    cut = EventSplitter()
    events = [*cut.feed(received), cut.rest]
    written: list[bytes] = []
    told = False
    for event in events:
        chunk = _chunk(event_data(event))
        if chunk is None:
            written.append(event)
            continue
        chunk["choices"] = [one for one in chunk.get("choices") or [] if one.get("index", 0) == 0]
        for choice in chunk["choices"]:
            delta = choice.get("delta") or {}
            if delta.get("content"):
                delta["content"] = "" if told else text
                told = True
        written.append(sse(chunk))
    return b"".join(written)


def _chunk(data: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if isinstance(found, dict) and "choices" in found else None
