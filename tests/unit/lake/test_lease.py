"""One holder at a time, by a clock of one's own, on a folder."""

import json
from pathlib import Path

import pytest

from workbench.errors import FencedError
from workbench.lake.folder import FolderObjects
from workbench.lake.lease import Lease

TERM_S = 10.0


class HandClock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def lease(folder: Path, clock: HandClock) -> Lease:
    return Lease(FolderObjects(folder), "lease", term_s=TERM_S, clock=clock)


def test_the_first_one_gets_it_and_the_second_waits_a_whole_term(tmp_path: Path, clock: HandClock) -> None:
    first, second = lease(tmp_path, clock), lease(tmp_path, clock)
    assert first.try_acquire()
    assert first.epoch == 1
    assert not second.try_acquire()
    clock.now_s += TERM_S - 0.1
    assert not second.try_acquire()
    clock.now_s += 0.2
    assert second.try_acquire()
    assert second.epoch == 2


def test_a_renewal_starts_the_watchers_term_anew(tmp_path: Path, clock: HandClock) -> None:
    first, second = lease(tmp_path, clock), lease(tmp_path, clock)
    first.try_acquire()
    second.try_acquire()
    clock.now_s += TERM_S * 0.9
    first.keep()
    clock.now_s += TERM_S * 0.5
    assert not second.try_acquire()


def test_a_holder_that_slept_through_its_term_knows_before_it_writes(tmp_path: Path, clock: HandClock) -> None:
    held = lease(tmp_path, clock)
    held.try_acquire()
    clock.now_s += TERM_S
    with pytest.raises(FencedError, match="not renewed"):
        held.keep()
    assert held.epoch == 0


def test_a_holder_whose_lease_was_taken_is_fenced_at_its_next_renewal(tmp_path: Path, clock: HandClock) -> None:
    held, slow = lease(tmp_path, clock), HandClock()
    held.try_acquire()
    taker = Lease(FolderObjects(tmp_path), "lease", term_s=TERM_S, clock=slow)
    taker.try_acquire()
    slow.now_s += TERM_S  # the taker's clock runs; the holder's term, by its own, does not end
    assert taker.try_acquire()
    clock.now_s += TERM_S / 2
    with pytest.raises(FencedError, match="taken"):
        held.keep()


def test_a_released_lease_and_one_of_a_dead_process_are_free_at_once(tmp_path: Path, clock: HandClock) -> None:
    held = lease(tmp_path, clock)
    held.try_acquire()
    held.release()
    assert lease(tmp_path, clock).try_acquire()
    path = tmp_path / "lease"
    content = json.loads(path.read_text())
    content["holder"]["started"] -= 1  # the process id belongs to another process now
    path.write_text(json.dumps(content))
    assert lease(tmp_path, clock).try_acquire()


def test_the_epoch_is_above_what_the_store_has_seen(tmp_path: Path, clock: HandClock) -> None:
    held = lease(tmp_path, clock)
    held.try_acquire(above=41)
    assert held.epoch == 42
