"""States of servers, and the file that others read."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from workbench.errors import StackError
from workbench.stack.layout import Layout
from workbench.stack.process import ProcessIdentity
from workbench.stack.state import LONGEST_PAUSE_S, ServerState, StateTable, pause_s, read_state

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "home")
    found.create()
    return found


def table(layout: Layout) -> StateTable:
    return StateTable(layout, ProcessIdentity.of(os.getpid()), clock=lambda: NOON)


def test_a_first_restart_is_immediate_and_later_ones_wait_longer_up_to_a_limit() -> None:
    pauses = [pause_s(failures) for failures in range(12)]
    assert pauses[:4] == [0.0, 0.2, 0.4, 0.8]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE_S


def test_what_was_never_started_is_stopped(layout: Layout) -> None:
    assert read_state(layout).servers.get("kafka", ServerState()).state == "stopped"


def test_a_change_is_in_the_file_at_once(layout: Layout) -> None:
    me = ProcessIdentity.of(os.getpid())
    table(layout).change("kafka", state="starting", process=me)
    found = read_state(layout)
    assert found.servers["kafka"] == ServerState("starting", me, since="2026-01-31T12:00:00.000000Z")
    assert found.supervisor == me


def test_a_new_supervisor_begins_with_what_its_predecessor_recorded(layout: Layout) -> None:
    me = ProcessIdentity.of(os.getpid())
    table(layout).change("s3", state="running", process=me, restarts=2)
    assert table(layout).of("s3").process == me
    assert table(layout).of("s3").restarts == 2


def test_the_state_is_for_its_owner_only(layout: Layout) -> None:
    table(layout).write()
    assert layout.state_file.stat().st_mode & 0o777 == 0o600


def test_a_damaged_state_is_one_clear_error(layout: Layout) -> None:
    layout.state_file.write_text("{")
    with pytest.raises(StackError, match="move it away and run: workbench up"):
        read_state(layout)
