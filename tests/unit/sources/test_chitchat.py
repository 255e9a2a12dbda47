import io
import json

import pytest

from workbench.errors import SourceError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import Message
from workbench.sources import chitchat
from workbench.sources.rows import BadRow


def said(text: str, sender: str, at: str = "2018-05-02T19:38:15Z") -> dict[str, str]:
    return {"text": text, "sender": sender, "timestamp": at}


def test_the_first_sender_is_the_user_and_messages_keep_their_order() -> None:
    file = {"c1": {"messages": [[said("hi", "a"), said("there", "a")], [said("hello", "b")]], "start": "x"}}
    events = list(chitchat.read(io.BytesIO(json.dumps(file).encode())))
    payloads = [decode_payload(event) for event in events if isinstance(event, Event)]
    assert [(p.role, p.text) for p in payloads if isinstance(p, Message)] == [
        ("user", "hi"), ("user", "there"), ("assistant", "hello"),
    ]  # fmt: skip
    assert [event.source_sequence for event in events if isinstance(event, Event)] == [1, 2, 3]


def test_a_conversation_that_does_not_parse_is_one_bad_row() -> None:
    file = {"bad": {"messages": "none"}, "good": {"messages": [[said("hi", "a")]]}}
    found = list(chitchat.read(io.BytesIO(json.dumps(file).encode())))
    assert [type(one) for one in found] == [BadRow, Event]


def test_a_message_without_a_time_zone_is_a_bad_row_and_the_rest_stays() -> None:
    file = {"c": {"messages": [[said("hi", "a", "2018-05-02T19:38:15"), said("there", "a")]]}}
    found = list(chitchat.read(io.BytesIO(json.dumps(file).encode())))
    assert [type(one) for one in found] == [BadRow, Event]


def test_something_else_is_refused() -> None:
    with pytest.raises(SourceError, match="not a chitchat-dataset file"):
        list(chitchat.read(io.BytesIO(b"[1, 2]")))


def test_the_package_carries_seven_thousand_conversations() -> None:
    with chitchat.packaged_file().open("rb") as stream:
        assert sum(1 for _ in chitchat.conversations(stream)) == 7168
