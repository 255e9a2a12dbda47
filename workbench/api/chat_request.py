"""A chat completion request: its fields, checked, and what is sent on to the provider (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec

from workbench.api.errors import Refusal

Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=256, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""An id that travels in events: short, one line."""

CONVERSATION_HEADER = "x-conversation-id"
SESSION_HEADER = "x-session-id"
RECORDING_HEADER = "x-workbench-recording"
OVERSIZE_HEADER = "x-workbench-oversize"
_OWN_FIELDS = ("conversation_id", "session_id", "recording")


class ChatMessage(msgspec.Struct, frozen=True):
    """One message of the conversation; parts of its content are whatever the provider takes."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[dict[str, Any]] | None = None
    name: str | None = None
    tool_call_id: str | None = None
    tool_calls: list[dict[str, Any]] | None = None


class StreamOptions(msgspec.Struct, frozen=True):
    """Options of a stream."""

    include_usage: bool | None = None


class ChatBody(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that are read here; all others go to the provider as they are."""

    model: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    messages: Annotated[list[ChatMessage], msgspec.Meta(min_length=1)]
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, msgspec.Meta(ge=0, le=2)] | None = None
    top_p: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    n: Annotated[int, msgspec.Meta(ge=1, le=128)] | None = None
    max_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    max_completion_tokens: Annotated[int, msgspec.Meta(ge=1)] | None = None
    user: Identifier | None = None
    conversation_id: Identifier | None = None
    session_id: Identifier | None = None
    metadata: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """A checked request.

    Parameters
    ----------
    fields : ChatBody
    value : mapping
        The whole body as it was sent.
    raw : bytes
    conversation_id, session_id, recording : str or None
        From the body, its metadata, or the headers, in this order.
    oversize : {"refuse", "cut"}
        From the header: what becomes of a message that alone is larger than the model's window.
    """

    fields: ChatBody
    value: Mapping[str, Any]
    raw: bytes
    conversation_id: str | None
    session_id: str | None
    recording: str | None
    oversize: Literal["refuse", "cut"] = "refuse"

    @property
    def max_output_tokens(self) -> int | None:
        """Longest answer that the client asks for, in tokens."""
        return self.fields.max_completion_tokens or self.fields.max_tokens

    @property
    def include_usage(self) -> bool:
        """Whether a stream should end with its usage."""
        return bool(self.fields.stream_options and self.fields.stream_options.include_usage)

    def forwarded(self, messages: list[Mapping[str, Any]] | None = None) -> bytes:
        """The body for the provider: without this service's own fields, byte for byte when it has none.

        Parameters
        ----------
        messages : list, optional
            A window instead of the request's own messages.
        """
        metadata = self.value.get("metadata") or {}
        if messages is None and not any(name in self.value or name in metadata for name in _OWN_FIELDS):
            return self.raw
        body = {name: value for name, value in self.value.items() if name not in _OWN_FIELDS}
        if metadata:
            kept = {name: value for name, value in metadata.items() if name not in _OWN_FIELDS}
            body.pop("metadata")
            body |= {"metadata": kept} if kept else {}
        if messages is not None:
            body["messages"] = messages
        return msgspec.json.encode(body)


def parse_chat_request(value: Any, raw: bytes, headers: Mapping[str, str]) -> ChatRequest:
    """Check a decoded body.

    Raises
    ------
    Refusal
        400 that names the field, what was expected and what was there.
    """
    try:
        fields = msgspec.convert(value, ChatBody)
        ids = {
            name: msgspec.convert(_first(name, value, fields.metadata, headers), Identifier | None)
            for name in _OWN_FIELDS
        }
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at ")
        param = path.strip("`").removeprefix("$.") or None
        raise Refusal(400, f"{param or 'the request'}: {what}", code="invalid_value", param=param) from error
    for number, message in enumerate(fields.messages):
        if message.content is None and message.role != "assistant":
            param = f"messages[{number}].content"
            raise Refusal(400, f"{param}: a {message.role} message needs content", code="invalid_value", param=param)
    return ChatRequest(fields, value, raw, **ids, oversize=_oversize(headers))


def _oversize(headers: Mapping[str, str]) -> Literal["refuse", "cut"]:
    given = headers.get(OVERSIZE_HEADER, "refuse").strip().lower()
    if given == "cut":
        return "cut"
    if given == "refuse":
        return "refuse"
    raise Refusal(
        400,
        f"{OVERSIZE_HEADER}: {given[:50]!r} is neither 'refuse' nor 'cut'",
        code="invalid_value",
        param=OVERSIZE_HEADER,
    )


def _first(name: str, value: Mapping[str, Any], metadata: Mapping[str, str] | None, headers: Mapping[str, str]) -> Any:
    header = {
        "conversation_id": CONVERSATION_HEADER,
        "session_id": SESSION_HEADER,
        "recording": RECORDING_HEADER,
    }[name]
    return value.get(name) or (metadata or {}).get(name) or headers.get(header)
