from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.stream.records import PLACES, MemorySink, entry, message
from workbench.errors import FencedError, SinkBackpressureError, StoreError, StoreUnavailableError
from workbench.events.envelope import CLAIM_CHECK_BYTES
from workbench.events.payloads import Message
from workbench.resilience.breaker import BreakerPolicy, CircuitBreaker
from workbench.resilience.breakers import STORE_ANSWERS
from workbench.resilience.intake import prepare
from workbench.resilience.outbox import Outbox
from workbench.stream.assignment import Assignment
from workbench.stream.batching import BatchLimits, Buffer
from workbench.stream.decoding import Entry, decode_record
from workbench.stream.sink import Batch
from workbench.stream.writing import BatchWriter, FetchBlob


class Rig:
    """A writer over an in-memory sink, with all topic partitions claimed."""

    def __init__(self, outbox: Outbox, *, events: int = 100, fetch_blob: FetchBlob | None = None) -> None:
        self.now = 0.0
        self.outbox = outbox
        self.sink = MemorySink()
        self.breaker = CircuitBreaker(
            "store", BreakerPolicy(min_calls=3, open_s=5, jitter=0), excluded=STORE_ANSWERS, clock=lambda: self.now
        )
        self.writer = BatchWriter(
            self.sink, outbox, breaker=self.breaker, fetch_blob=fetch_blob, clock=lambda: self.now
        )
        self.assignment = Assignment()
        self.assignment.assign(PLACES)
        self.assignment.claim(self.writer.claim(dict.fromkeys(PLACES, "topic-a")))
        self.buffer = Buffer(BatchLimits(events=events))

    def add(self, entries: list[Entry]) -> None:
        self.buffer.add(entries, now=self.now)

    def write(self, tries: int = 1) -> None:
        for _ in range(tries):
            self.writer.try_write(self.buffer, self.assignment)

    def write_all(self) -> None:
        for _ in range(10_000):
            if not len(self.buffer):
                return
            self.now = max(self.now, self.writer.hold_until)
            self.write()
        pytest.fail("the buffer never becomes empty")


@pytest.fixture
def outbox(tmp_path: Path):
    box = Outbox(tmp_path / "outbox.sqlite")
    yield box
    box.close()


def test_a_refused_event_is_found_and_dead_lettered_and_the_rest_is_written_once(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.add([entry(n, "refuse me" if n in (17, 18, 63) else "fine") for n in range(100)])
    rig.write_all()
    good = [message(n).event_id for n in range(100) if n not in (17, 18, 63)]
    assert rig.sink.events == good
    assert [one.offset for one in outbox.dead_letters()] == [17, 18, 63]
    assert rig.sink.offsets[PLACES[0]] == (100, 1)
    assert len(rig.sink.writes) < 45, "three times a bisection of 100, not one write per event"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    refused=st.sets(st.integers(0, 39), max_size=12),
    garbage=st.sets(st.integers(0, 39), max_size=6),
    outages=st.integers(0, 3),
    events=st.integers(1, 40),
)
def test_whatever_is_refused_broken_or_down_every_record_ends_in_one_place(
    refused: set[int], garbage: set[int], outages: int, events: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    box = Outbox(tmp_path_factory.mktemp("box") / "outbox.sqlite")
    rig = Rig(box, events=events)
    rig.sink.failures = [StoreUnavailableError("gone") for _ in range(outages)]
    places = [PLACES[n % 2] for n in range(40)]
    rig.add(
        [
            decode_record(b"garbage", places[n], n, hop="context", topic_id="topic-a")
            if n in garbage
            else entry(n, "refuse" if n in refused else "fine", place=places[n])
            for n in range(40)
        ]
    )
    rig.write_all()
    assert rig.sink.events == [message(n).event_id for n in range(40) if n not in refused | garbage]
    assert sorted(one.offset or 0 for one in box.dead_letters()) == sorted(refused | garbage)
    assert [rig.sink.offsets[place][0] for place in PLACES] == [39, 40, 0]
    box.close()


def test_a_store_that_is_gone_is_left_alone_and_gets_the_same_batch_again(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.sink.failures = [StoreUnavailableError("gone"), StoreUnavailableError("gone")]
    rig.add([entry(n) for n in range(3)])
    rig.write()
    assert rig.writer.holding
    assert rig.writer.failure == "gone"
    rig.write_all()
    assert rig.sink.writes == [3, 3, 3]
    assert rig.sink.events == [message(n).event_id for n in range(3)]
    assert rig.writer.failure == ""


def test_an_open_breaker_stops_the_calls_for_as_long_as_it_says(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.sink.failures = [StoreUnavailableError("gone")] * 2
    rig.add([entry(1)])
    rig.write(2)  # with the claim, two of three calls have failed
    assert rig.breaker.snapshot().state == "open"
    calls = len(rig.sink.writes)
    rig.now = 1.0
    rig.write(5)
    assert len(rig.sink.writes) == calls
    assert rig.writer.hold_until == pytest.approx(5.0)
    rig.now = 5.0
    rig.write()
    assert rig.sink.events == [message(1).event_id]


def test_backpressure_is_waited_out_as_long_as_the_store_asks(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.sink.failures = [SinkBackpressureError("slow down", retry_after_s=7.0)]
    rig.add([entry(1)])
    rig.write()
    assert rig.writer.hold_until == 7.0
    assert rig.breaker.snapshot().failures == 0


def test_a_fenced_write_is_for_the_loop_to_handle(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.add([entry(1)])
    rig.sink.claim(dict.fromkeys(PLACES, "topic-a"))  # another worker
    with pytest.raises(FencedError):
        rig.write()
    assert rig.sink.events == []


def test_dead_letters_are_safe_before_the_offset_moves_past_them(outbox: Outbox) -> None:
    rig = Rig(outbox)
    rig.add([decode_record(b"garbage", PLACES[0], 0, hop="context", topic_id="topic-a")])
    rig.sink.failures = [StoreUnavailableError("gone")]
    rig.write()
    assert len(list(outbox.dead_letters())) == 1
    assert rig.sink.offsets[PLACES[0]][0] == 0
    rig.write_all()
    assert len(list(outbox.dead_letters())) == 1
    assert rig.sink.offsets[PLACES[0]][0] == 1


def claim_checked(text: str) -> tuple[Entry, bytes]:
    one = prepare(message(1, text))
    assert one.content is not None
    body = one.body(b"2026-01-31T12:00:00.000000Z")
    return decode_record(body, PLACES[0], 1, hop="context", topic_id="topic-a"), one.content


def test_a_claim_checked_payload_is_fetched_only_for_a_sink_that_needs_it(outbox: Outbox) -> None:
    text = "x" * (CLAIM_CHECK_BYTES + 1)
    record, content = claim_checked(text)
    batches: list[Batch] = []
    for needs in (True, False):
        rig = Rig(outbox, fetch_blob=lambda _: content)
        rig.sink.needs_blobs = needs
        rig.breaker.call = lambda _, batch: batches.append(batch)  # type: ignore[method-assign, assignment]
        rig.add([record])
        rig.write()
    assert [batch.deliveries[0].payload for batch in batches] == [Message(role="user", text=text), None]


def test_an_object_store_that_is_gone_holds_the_batch_and_a_damaged_blob_is_a_dead_letter(outbox: Outbox) -> None:
    record, _ = claim_checked("x" * (CLAIM_CHECK_BYTES + 1))
    answers: list[StoreError] = [StoreUnavailableError("object store gone"), StoreError("blob is damaged")]

    def fetch(_: str) -> bytes:
        raise answers.pop(0)

    rig = Rig(outbox, fetch_blob=fetch)
    rig.sink.needs_blobs = True
    rig.add([record])
    rig.write()
    assert rig.writer.failure == "object store gone"
    rig.write_all()
    (letter,) = outbox.dead_letters()
    assert letter.reason == "blob is damaged"
    assert rig.sink.events == []
    assert rig.sink.offsets[PLACES[0]][0] == 2
