"""Writing beside reading: one at a time, in order, and dropped when the group changed meanwhile."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.stream.records import PLACES, MemorySink, entry, message
from workbench.errors import FencedError, SinkBackpressureError, StoreUnavailableError
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.breakers import STORE_ANSWERS
from workbench.resilience.outbox import Outbox
from workbench.stream.assignment import Assignment
from workbench.stream.batching import BatchLimits, Buffer
from workbench.stream.overlap import OverlappedWriter
from workbench.stream.sink import Batch
from workbench.stream.writing import BatchWriter


class SlowSink(MemorySink):
    """Writes when it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered = threading.Event()
        self.go = threading.Event()
        self.at_once = 0
        self.most_at_once = 0

    def write(self, batch: Batch) -> None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.entered.set()
        try:
            assert self.go.wait(10)
            super().write(batch)
        finally:
            self.at_once -= 1


class Rig:
    def __init__(self, outbox: Outbox) -> None:
        self.sink = SlowSink()
        breaker = CircuitBreaker("store", excluded=STORE_ANSWERS)
        self.writer = BatchWriter(self.sink, outbox, breaker=breaker, fetch_blob=None, clock=lambda: 0.0)
        self.buffer = Buffer(BatchLimits(events=4))
        self.assignment = Assignment()
        self.assignment.assign(PLACES)
        self.claim()
        self.writes = OverlappedWriter(self.writer, "test")

    def claim(self) -> None:
        self.assignment.claim(self.writer.claim(dict.fromkeys(PLACES, "topic-a")))

    def add(self, *numbers: int) -> None:
        self.buffer.add([entry(n) for n in numbers], now=0.0)

    def begin(self) -> None:
        self.writes.begin(self.buffer, self.assignment)
        assert self.sink.entered.wait(10)

    def settle(self) -> dict[object, object]:
        self.sink.go.set()
        self.writes.wait(10)
        moved = self.writes.settle(self.buffer, self.assignment)
        self.sink.entered.clear()
        self.sink.go.clear()
        return dict(moved)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    outbox = Outbox(tmp_path / "outbox.sqlite")
    rig = Rig(outbox)
    yield rig
    rig.sink.go.set()
    rig.writes.close()
    outbox.close()


def test_the_buffer_fills_while_a_write_is_under_way_and_the_next_one_follows_in_order(rig: Rig) -> None:
    rig.add(0, 1, 2, 3)
    rig.begin()
    assert rig.writes.busy
    assert not rig.buffer.full(), "what is under way takes no room"
    assert rig.writes.settle(rig.buffer, rig.assignment) == {}, "it goes on"
    rig.add(4, 5, 6, 7)
    assert rig.buffer.full()
    assert rig.settle()
    assert not rig.writes.busy
    rig.begin()
    assert rig.settle()
    assert rig.sink.events == [message(n).event_id for n in range(8)]
    assert rig.sink.offsets[PLACES[0]] == (8, 1)
    assert (len(rig.buffer), rig.sink.most_at_once) == (0, 1)


def test_a_write_that_failed_is_tried_again_before_what_came_meanwhile(rig: Rig) -> None:
    rig.sink.failures = [StoreUnavailableError("gone")]
    rig.add(0, 1)
    rig.begin()
    rig.add(2, 3, 4, 5)
    assert rig.settle() == {}
    assert rig.writer.failure == "gone"
    assert rig.buffer.due(0.0), "it waited long enough already"
    rig.begin()
    assert rig.settle()
    assert rig.sink.events == [message(n).event_id for n in range(4)]


def test_a_refusal_is_bisected_although_more_has_come_meanwhile(rig: Rig) -> None:
    rig.buffer.add([entry(0), entry(1, "refuse"), entry(2)], now=0.0)
    rig.begin()
    rig.add(3, 4)
    rig.settle()
    while len(rig.buffer):
        rig.begin()
        rig.settle()
    assert rig.sink.events == [message(n).event_id for n in (0, 2, 3, 4)]


def test_what_comes_of_a_write_after_the_group_changed_is_dropped_and_the_store_knows(rig: Rig) -> None:
    rig.add(0, 1, 2)
    rig.begin()
    rig.assignment.assign(PLACES)
    rig.buffer.clear()
    rig.writes.forget()
    rig.add(7)  # not possible before the claim, and so a sign of what would be dropped wrongly
    assert rig.settle() == {}
    assert len(rig.buffer) == 1
    rig.claim()
    assert rig.assignment.next_offsets()[PLACES[0]] == 3, "it had been written before the claim"


@pytest.mark.parametrize(
    ("error", "held"),
    [(FencedError("taken"), False), (StoreUnavailableError("gone"), True), (SinkBackpressureError("later"), True)],
)
def test_a_stale_write_that_failed_holds_the_next_claim_only_when_the_store_is_not_to_be_had(
    rig: Rig, error: FencedError | StoreUnavailableError | SinkBackpressureError, held: bool
) -> None:
    rig.sink.failures = [error]
    rig.add(0)
    rig.begin()
    rig.writes.forget()
    assert rig.settle() == {}
    assert rig.writer.holding == held


def test_a_fenced_write_is_told_when_it_is_settled(rig: Rig) -> None:
    rig.add(0)
    rig.begin()
    rig.sink.claim(dict.fromkeys(PLACES, "topic-a"))  # another worker
    with pytest.raises(FencedError):
        rig.settle()
    assert rig.sink.events == []
