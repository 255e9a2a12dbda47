import io
import json
from collections.abc import Iterable
from pathlib import Path

from workbench.events.codec import decode_event, decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall, Message
from workbench.events.redaction import Redactor
from workbench.pipelines.ingest import ingest
from workbench.resilience.ledger import Appended
from workbench.resilience.outbox import Outbox
from workbench.sources import aider, chitchat


def row(number: int) -> bytes:
    properties = {"main_model": "o3-mini", "prompt_tokens": number, "completion_tokens": 1, "cost": 0.5}
    return json.dumps({"event": "message_send", "properties": properties, "user_id": "u", "time": number}).encode()


class ToOutbox:
    """Takes events straight into an outbox."""

    def __init__(self, outbox: Outbox) -> None:
        self.outbox = outbox

    def publish(self, events: Iterable[Event]) -> Appended:
        return self.outbox.append(events)


def test_every_row_is_an_event_skipped_or_a_dead_letter_and_a_second_import_adds_nothing(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    file = b"\n".join([*(row(n) for n in range(4500)), b"{broken", b'{"event": "launched"}', b"\xff"])
    for added, repeated in ((4500, 0), (0, 4500)):
        done = ingest(aider.read(io.BytesIO(file)), ToOutbox(outbox), outbox.letters, source="usage.jsonl")
        assert (done.rows, done.added, done.repeated, done.skipped, done.bad) == (4503, added, repeated, 1, 2)
        assert [bad.line for bad in done.named] == [4501, 4503]
    letters = sorted(outbox.letters.kept(), key=lambda letter: letter.source or "")
    assert [letter.source for letter in letters] == ["usage.jsonl:4501", "usage.jsonl:4503"]
    assert letters[0].original == b"{broken"
    outbox.close()


def test_the_policy_is_applied_to_events_and_to_what_is_kept_of_bad_rows_but_not_to_identities(tmp_path: Path) -> None:
    said = {"text": "write to ann@lumen.example", "sender": "a", "timestamp": "2018-05-02T19:38:15Z"}
    chat = json.dumps({"c": {"messages": [[said]]}}).encode()
    usage = row(1).replace(b'"u"', b'"ann@lumen.example"') + b"\n{broken ann@lumen.example"
    ids = []
    for mode in ("off", "mask"):
        outbox = Outbox(tmp_path / f"{mode}.sqlite")
        redactor = Redactor(mode)  # type: ignore[arg-type]
        for found in (chitchat.read(io.BytesIO(chat)), aider.read(io.BytesIO(usage))):
            ingest(found, ToOutbox(outbox), outbox.letters, source="file", redactor=redactor)
        bodies = [waiting.body for waiting in outbox.pending() if waiting.event_type != "dead_letter.recorded"]
        payloads = [decode_payload(decode_event(body)) for body in bodies]
        kept = [one.text for one in payloads if isinstance(one, Message)]
        kept += [one.response.content().decode() for one in payloads if isinstance(one, LlmCall) and one.response]
        kept += [letter.original.decode() for letter in outbox.dead_letters()]
        assert len(kept) == 3
        assert ["ann@lumen.example" in text for text in kept] == [mode == "off"] * 3
        ids.append({name: set(outbox.produced_ids(name)) for name in ("message.added", "llm.call.completed")})
        outbox.close()
    assert ids[0] == ids[1]
