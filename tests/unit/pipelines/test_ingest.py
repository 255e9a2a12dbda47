import io
import json
from collections.abc import Iterable
from pathlib import Path

from workbench.events.envelope import Event
from workbench.pipelines.ingest import ingest
from workbench.resilience.ledger import Appended
from workbench.resilience.outbox import Outbox
from workbench.sources import aider


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
