import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.errors import EventError, FencedError, StoreError, StoreUnavailableError, UsageError
from workbench.events.codec import decode_event, decode_payload, make_event
from workbench.events.envelope import CLAIM_CHECK_BYTES, Event, event_id_of
from workbench.events.payloads import DeadLetter, Message
from workbench.events.tally import Tally
from workbench.resilience.outbox import Appended, Backlog, Outbox, Position, Refused

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def message(number: int, text: str = "hello") -> Event:
    return make_event(
        "message.added",
        Message(role="user", text=text),
        event_id=event_id_of("test", str(number).encode()),
        occurred_at=NOON,
        conversation_id=f"c{number % 3}",
        session_id="s",
        user_id="u",
    )


@pytest.fixture
def outbox(tmp_path: Path):
    box = Outbox(tmp_path / "outbox" / "outbox.sqlite")
    yield box
    box.close()


def test_an_event_is_known_by_its_id_within_a_batch_and_across_batches(outbox: Outbox) -> None:
    assert outbox.append([message(1), message(2), message(1)]) == Appended(added=2, repeated=1)
    assert outbox.append([message(2), message(3)]) == Appended(added=1, repeated=1)
    assert [one.sequence for one in outbox.pending()] == [1, 2, 3]
    assert outbox.produced() == {"message.added": Tally.of(outbox.produced_ids("message.added"))}


def test_ingest_times_increase_strictly_while_the_clock_stands_or_goes_back(tmp_path: Path) -> None:
    times = iter([NOON, NOON, NOON - timedelta(hours=1), NOON + timedelta(seconds=1)])
    box = Outbox(tmp_path / "outbox.sqlite", clock=lambda: next(times))
    for first in (0, 10, 20, 30):
        box.append([message(first), message(first + 1)])
    stamps = [decode_event(one.body).ingested_at for one in box.pending()]
    box.close()
    microsecond = timedelta(microseconds=1)
    assert stamps == [
        *(NOON + n * microsecond for n in range(6)),
        *(NOON + timedelta(seconds=1, microseconds=n) for n in (0, 1)),
    ]


def test_bytes_go_after_the_acknowledgement_and_the_ledger_stays(outbox: Outbox) -> None:
    outbox.append(message(n) for n in range(10))
    outbox.mark_sent([2, 3, 4, 7])
    assert [one.sequence for one in outbox.pending()] == [1, 5, 6, 8, 9, 10]
    assert [one.sequence for one in outbox.pending(2, after=5)] == [6, 8]
    assert outbox.produced()["message.added"].count == 10
    assert outbox.unsent()["message.added"].count == 6
    assert outbox.append([message(3)]) == Appended(added=0, repeated=1)
    assert outbox.backlog().count == 6


def test_the_backlog_has_the_age_of_its_oldest_event(tmp_path: Path) -> None:
    now = [NOON]
    box = Outbox(tmp_path / "outbox.sqlite", clock=lambda: now[0])
    assert box.backlog() == Backlog(0, 0.0)
    box.append([message(1)])
    now[0] += timedelta(seconds=30)
    box.append([message(2)])
    now[0] += timedelta(seconds=12)
    assert box.backlog() == Backlog(2, 42.0)
    box.mark_sent([1])
    assert box.backlog() == Backlog(1, 12.0)
    box.close()


def test_a_refused_event_leaves_its_whole_batch_out(outbox: Outbox) -> None:
    with pytest.raises(EventError, match="64 lower-case hexadecimal digits"):
        outbox.append(
            [
                message(1),
                make_event(
                    "message.added",
                    Message(role="user", text="x"),
                    event_id="short",
                    occurred_at=NOON,
                    conversation_id="c",
                    session_id="s",
                    user_id="u",
                ),
            ]
        )
    with pytest.raises(EventError, match="envelope of"):
        outbox.append(
            [
                message(1),
                make_event(
                    "message.added",
                    Message(role="user", text="x"),
                    event_id="a" * 64,
                    occurred_at=NOON,
                    conversation_id="c" * 2**20,
                    session_id="s",
                    user_id="u",
                ),
            ]
        )
    assert outbox.produced() == {}
    assert outbox.pending() == []


def test_a_large_payload_is_claim_checked_and_its_blob_goes_when_nothing_waits_for_it(outbox: Outbox) -> None:
    text = "é" * CLAIM_CHECK_BYTES
    outbox.append([message(1, text), message(2, text), message(3)])
    first, second, third = outbox.pending()
    assert first.blob == second.blob is not None
    assert third.blob is None
    event = decode_event(first.body)
    assert event.payload_ref is not None
    assert decode_payload(event, outbox.blobs.get(first.blob)) == Message(role="user", text=text)
    outbox.mark_sent([1], blobs=[first.blob])
    assert outbox.blobs.path(first.blob).exists(), "event 2 still needs it"
    outbox.mark_sent([2], blobs=[first.blob])
    assert not outbox.blobs.path(first.blob).exists()


def test_a_damaged_blob_is_not_handed_out(outbox: Outbox) -> None:
    digest = outbox.blobs.put(b"content")
    outbox.blobs.path(digest).write_bytes(b"contenT")
    with pytest.raises(StoreError, match="damaged"):
        outbox.blobs.get(digest)


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        Outbox(tmp_path / "outbox" / "outbox.sqlite")


def test_a_file_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "outbox.sqlite").write_text("not a database, but long enough to be looked at" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Outbox(tmp_path / "outbox.sqlite")


def test_a_full_disk_takes_nothing_in_and_loses_nothing(outbox: Outbox) -> None:
    outbox.append([message(1)])
    connection = outbox._database._connection()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then answers as on a full disk
    with pytest.raises(StoreUnavailableError, match="disk is full"):
        outbox.append(message(n, "x" * 5000) for n in range(2, 200))
    assert [one.sequence for one in outbox.pending()] == [1]
    connection.execute("PRAGMA max_page_count = 1073741823")
    assert outbox.append(message(n, "x" * 5000) for n in range(2, 200)) == Appended(added=198, repeated=0)
    assert outbox.produced()["message.added"] == Tally.of(outbox.produced_ids("message.added"))


_DIES_OR_WAITS_INSIDE_A_TRANSACTION = """
import os, sys, time
from pathlib import Path
from tests.unit.resilience.test_outbox import message
from workbench.resilience.outbox import Outbox
box = Outbox(Path(sys.argv[1]))
def stall(statements, kind, new, real=None):
    print("inside", flush=True)
    sys.stdin.readline()
import workbench.resilience.ledger as ledger
ledger.add_tallies = stall
box.append(message(n) for n in range(5))
"""


@pytest.mark.parametrize("ending", ["killed", "frozen and thawed"])
def test_a_process_inside_a_transaction_delays_others_and_never_leaves_half_of_it(ending: str, outbox: Outbox) -> None:
    program = [sys.executable, "-c", _DIES_OR_WAITS_INSIDE_A_TRANSACTION, str(outbox.path)]
    with (
        subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child,
        ThreadPoolExecutor(1) as pool,
    ):
        assert child.stdout is not None
        assert child.stdout.readline() == b"inside\n"
        child.send_signal(signal.SIGSTOP)
        waiting = pool.submit(outbox.append, [message(1), message(9)])
        with pytest.raises(TimeoutError):
            waiting.result(0.3)
        if ending == "killed":
            child.kill()
            assert waiting.result(20) == Appended(added=2, repeated=0)
        else:
            child.send_signal(signal.SIGCONT)
            child.communicate(b"go on\n", timeout=20)
            assert waiting.result(20) == Appended(added=1, repeated=1)
    events = 2 if ending == "killed" else 6
    assert len(outbox.pending()) == len(list(outbox.produced_ids("message.added"))) == events


def test_threads_append_the_same_events_once(outbox: Outbox) -> None:
    start = threading.Barrier(4)

    def work(_: int) -> Appended:
        start.wait()
        total = Appended()
        for first in range(0, 200, 20):
            total += outbox.append([message(n) for n in range(first, first + 20)])
        return total

    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(work, range(4)))
    assert sum(one.added for one in totals) == 200
    assert sum(one.repeated for one in totals) == 600
    assert [one.sequence for one in outbox.pending()] == list(range(1, 201))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.lists(st.integers(0, 15), max_size=6), max_size=8))
def test_any_grouping_and_repetition_gives_the_same_ledger(
    batches: list[list[int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = Outbox(tmp_path_factory.mktemp("box") / "outbox.sqlite")
    for batch in batches:
        box.append(message(n) for n in batch)
        box.mark_sent([one.sequence for one in box.pending(2)])
    distinct = {n for batch in batches for n in batch}
    expected = Tally.of(message(n).event_id for n in distinct)
    assert box.produced().get("message.added", Tally()) == expected
    assert Tally.of(box.produced_ids("message.added")) == expected
    box.close()


def test_extraction_commits_derived_events_causes_and_offsets_together(outbox: Outbox) -> None:
    place = ("helixagent.conversations", 0)
    claimed = outbox.claim("extraction", {place: "topic-a"})[place]
    assert claimed == (0, 1)
    cause = message(1).event_id
    outbox.commit_extraction(
        "extraction", {place: Position(0, 5, 1)}, done={cause: "message.added"}, derived=[message(100)]
    )
    assert outbox.extracted() == {"message.added": Tally.of([cause])}
    assert outbox.offsets("extraction") == {place: 5}
    with pytest.raises(FencedError, match="another worker"):
        outbox.commit_extraction("extraction", {place: Position(0, 9, 1)}, done={}, derived=[message(101)])
    assert outbox.claim("extraction", {place: "topic-a"})[place] == (5, 2)
    with pytest.raises(FencedError):
        outbox.commit_extraction(
            "extraction",
            {place: Position(5, 9, 1)},
            done={message(2).event_id: "message.added"},
            derived=[message(101)],
        )
    assert list(outbox.extracted_ids("message.added")) == [cause]
    assert outbox.produced()["message.added"].count == 1
    outbox.commit_extraction(
        "extraction", {place: Position(5, 9, 2)}, done={cause: "message.added"}, derived=[message(100)]
    )
    assert outbox.extracted()["message.added"].count == 1, "a repeat is nothing"


def test_a_topic_that_was_created_anew_starts_at_zero(outbox: Outbox) -> None:
    place = ("helixagent.conversations", 2)
    epoch = outbox.claim("extraction", {place: "old"})[place].epoch
    outbox.commit_extraction("extraction", {place: Position(0, 7, epoch)}, done={}, derived=[])
    assert outbox.claim("extraction", {place: "old"})[place].next_offset == 7
    assert outbox.claim("extraction", {place: "new"})[place].next_offset == 0


def refused(offset: int, original: bytes = b"\xff not json") -> Refused:
    return Refused("graph", "not an event", original, topic="helixagent.conversations", partition=0, offset=offset)


def test_a_record_refused_twice_is_one_dead_letter_and_one_announcement(outbox: Outbox) -> None:
    assert outbox.dead_letter(refused(4))
    assert not outbox.dead_letter(refused(4))
    assert outbox.dead_letter(refused(5))
    assert outbox.produced()["dead_letter.recorded"].count == 2
    (first, second) = outbox.dead_letters(status="unresolved")
    assert (first.offset, second.offset) == (4, 5)
    assert first.original == b"\xff not json"
    payload = decode_payload(decode_event(outbox.pending()[0].body))
    assert isinstance(payload, DeadLetter)
    assert payload.dead_letter_id == first.dead_letter_id


def test_a_large_original_survives_although_its_announcement_was_sent(outbox: Outbox) -> None:
    original = bytes(range(256)) * 8192
    outbox.dead_letter(refused(1, original))
    (pending,) = outbox.pending()
    outbox.mark_sent([pending.sequence], blobs=[pending.blob] if pending.blob else [])
    assert next(outbox.dead_letters()).original == original


def test_a_resolved_dead_letter_no_longer_accounts_for_its_event(outbox: Outbox) -> None:
    event_id = message(1).event_id
    outbox.dead_letter(
        Refused(
            "graph", "refused", b"{}", event_id=event_id, event_type="message.added", topic="t", partition=0, offset=1
        )
    )
    outbox.dead_letter(Refused("kafka", "too large", b"{}", event_id="f" * 64, event_type="message.added"))
    assert set(outbox.dead_letters_by("graph", "message.added")) == {event_id, "f" * 64}
    assert set(outbox.dead_letters_by("lake", "message.added")) == {"f" * 64}
    letter = outbox.letters.one(next(one.dead_letter_id for one in outbox.dead_letters() if one.hop == "graph")[:12])
    assert outbox.resolve(letter.dead_letter_id, resolution="replayed")
    assert not outbox.resolve(letter.dead_letter_id, resolution="replayed")
    assert set(outbox.dead_letters_by("graph", "message.added")) == {"f" * 64}
    assert outbox.letters.counts() == {("graph", "resolved"): 1, ("kafka", "unresolved"): 1}
    with pytest.raises(UsageError, match="no dead letter"):
        outbox.letters.one("0123")


def test_resending_sends_the_bytes_as_they_stand_without_producing_twice(outbox: Outbox) -> None:
    outbox.append([message(1), message(2)])
    bodies = [one.body for one in outbox.pending()]
    outbox.mark_sent([1, 2])
    assert outbox.resend(bodies[0]) == 1
    assert [one.body for one in outbox.pending()] == [bodies[0]]
    assert outbox.produced()["message.added"].count == 2
    with pytest.raises(EventError):
        outbox.resend(b"\xff")


def test_what_is_resent_travels_in_the_trace_it_came_with(outbox: Outbox) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    outbox.append([message(1)], traceparent=trace)
    (first,) = outbox.pending()
    outbox.mark_sent([1])
    refused = Refused("graph", "no", first.body, topic="t", partition=0, offset=1, traceparent=trace)
    plain = Refused("graph", "no", first.body, topic="t", partition=0, offset=2)
    outbox.letters.record([refused, plain])
    assert outbox.letters.traceparent(plain.dead_letter_id) is None
    outbox.resend(first.body, traceparent=outbox.letters.traceparent(refused.dead_letter_id))
    assert [one.traceparent for one in outbox.pending() if one.event_type == "message.added"] == [trace]


def test_receipts_account_for_what_was_removed(outbox: Outbox) -> None:
    outbox.receipt("lake", "message.added", ["a" * 64, "b" * 64], reason="retention of 7 days")
    outbox.receipt("lake", "message.added", ["a" * 64], reason="forgotten")
    assert list(outbox.receipts("lake", "message.added")) == ["a" * 64, "b" * 64]
    assert list(outbox.receipts("graph", "message.added")) == []


def test_only_the_owner_may_read_the_outbox(outbox: Outbox) -> None:
    outbox.append([message(1)])
    assert outbox.path.parent.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in outbox.path.parent.iterdir())
