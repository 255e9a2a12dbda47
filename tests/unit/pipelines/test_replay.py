from pathlib import Path

import pytest

from tests.unit.stream.records import message, value
from workbench.pipelines.replay import replay
from workbench.resilience.outbox import Outbox, Refused


@pytest.fixture
def outbox(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite")
    yield box
    box.close()


def drain(outbox: Outbox) -> None:
    outbox.mark_sent([one.sequence for one in outbox.pending()])


def test_a_replayed_letter_flows_again_as_it_stood_and_is_resolved(outbox: Outbox) -> None:
    outbox.append([message(1)])
    (sent,) = outbox.pending()
    outbox.dead_letter(Refused("graph", "refused", sent.body, event_id=message(1).event_id, event_type="message.added"))
    drain(outbox)
    (letter,) = outbox.dead_letters()
    done = replay(outbox, [letter])
    assert done.sent == (letter.dead_letter_id,)
    assert [one.body for one in outbox.pending()] == [sent.body]
    assert outbox.produced()["message.added"].count == 1
    assert [one.resolution for one in outbox.dead_letters()] == [f"replayed as sequence {sent.sequence}"]
    assert replay(outbox, outbox.dead_letters()).failed == ((letter.dead_letter_id, "it is resolved already"),)


def test_an_event_of_another_producer_becomes_part_of_the_ledger_when_replayed(outbox: Outbox) -> None:
    outbox.dead_letter(Refused("graph", "refused", value(7), topic="t", partition=0, offset=3))
    drain(outbox)
    assert replay(outbox, list(outbox.dead_letters())).failed == ()
    assert list(outbox.produced_ids("message.added")) == [message(7).event_id]


def test_what_cannot_be_read_stays_with_the_reason(outbox: Outbox) -> None:
    outbox.dead_letter(Refused("graph", "not an event", b"\xff", topic="t", partition=0, offset=3))
    outbox.dead_letter(Refused("import", "no such column", b"a,b", source="usage.csv:17"))
    done = replay(outbox, list(outbox.dead_letters()))
    assert done.sent == ()
    reasons = [reason for _, reason in done.failed]
    assert any("not an event" in reason for reason in reasons)
    assert any("import the file again" in reason for reason in reasons)
    assert len(list(outbox.dead_letters(status="unresolved"))) == 2
