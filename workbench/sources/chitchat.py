"""The conversations of the PyPI package ``chitchat-dataset`` (MIT): 7,168 human ones, 258k messages.

The file is one JSON object: conversation id -> ``{"messages": [turn, …], "start": …}``, a turn being a list
of ``{"text", "timestamp", "sender"}``. The first sender of a conversation plays the user, everybody else
the assistant.
"""

import importlib.util
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from workbench.clock import as_utc
from workbench.errors import EventError, SourceError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.sources.rows import ROW_LIMIT_BYTES, BadRow, Imported

NAME = "chitchat-dataset"
DESCRIPTION = "human conversations of the PyPI package chitchat-dataset"


class Said(msgspec.Struct, frozen=True):
    """One message as the file has it."""

    text: str
    sender: str
    timestamp: datetime


class Conversation(msgspec.Struct, frozen=True):
    """One conversation as the file has it: turns of messages."""

    messages: list[list[Said]]


_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_conversation_decoder = msgspec.json.Decoder(Conversation)


def packaged_file() -> Path:
    """The file inside the installed package (found without importing it).

    Raises
    ------
    SourceError
        When the package is not installed.
    """
    found = importlib.util.find_spec("chitchat_dataset")
    if found is None or found.origin is None:
        raise SourceError("the package chitchat-dataset is not installed; run: make setup")
    return Path(found.origin).with_name("dataset.json")


def conversations(stream: BinaryIO) -> Iterator[tuple[str, Conversation | str]]:
    """Conversation id with the conversation, or with the reason why it does not parse; in the file's order.

    Raises
    ------
    SourceError
        When the file is not one JSON object, or is larger than an import may be.
    """
    content = stream.read(ROW_LIMIT_BYTES + 1)
    if len(content) > ROW_LIMIT_BYTES:
        raise SourceError(f"the file is one JSON object above {ROW_LIMIT_BYTES:,} bytes; split it by conversation")
    try:
        raw = _decoder.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(f"not a chitchat-dataset file: {error}") from error
    for conversation_id, body in raw.items():
        try:
            yield conversation_id, _conversation_decoder.decode(body)
        except msgspec.DecodeError as error:
            yield conversation_id, str(error)


def read(stream: BinaryIO, *, as_of: datetime | None = None, tenant_id: str = "default") -> Iterator[Imported]:
    """Events of the file, conversation after conversation; one that does not parse becomes a `BadRow`."""
    for number, (conversation_id, found) in enumerate(conversations(stream), start=1):
        if isinstance(found, str):
            yield BadRow(number, conversation_id.encode(errors="replace"), f"not a conversation: {found}")
            continue
        yield from _messages(number, conversation_id, found, tenant_id)


def _messages(number: int, conversation_id: str, found: Conversation, tenant_id: str) -> Iterator[Event | BadRow]:
    said = [message for turn in found.messages for message in turn]
    for sequence, message in enumerate(said, start=1):
        row = f"{conversation_id}\x1f{sequence}\x1f{message.text}".encode(errors="surrogatepass")
        try:
            yield make_event(
                "message.added",
                Message(
                    role="user" if message.sender == said[0].sender else "assistant", text=message.text, source=NAME
                ),
                event_id=event_id_of(NAME, row),
                occurred_at=as_utc(message.timestamp),
                conversation_id=conversation_id,
                session_id=f"{NAME}:{conversation_id}",
                user_id=said[0].sender,
                tenant_id=tenant_id,
                source_sequence=sequence,
            )
        except (ValueError, EventError) as error:
            yield BadRow(number, row, f"message {sequence} of {conversation_id}: {error}")
