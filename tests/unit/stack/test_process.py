"""Processes by pid and start time."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from workbench.stack.process import ProcessIdentity, end, memory_bytes, uptime_s


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "60"]) as child:
        yield child
        child.kill()


def test_this_process_lives_uses_memory_and_started_before_now() -> None:
    me = ProcessIdentity.of(os.getpid())
    assert me.alive()
    assert memory_bytes(me.pid) > 2**20
    assert uptime_s(me) >= 0.0


def test_a_pid_used_again_is_another_process(sleeper: subprocess.Popen[bytes]) -> None:
    found = ProcessIdentity.of(sleeper.pid)
    earlier = replace(found, start_ticks=found.start_ticks - 1)
    assert not earlier.alive()
    assert not earlier.send(signal.SIGKILL)
    assert replace(found, boot_id="another boot").alive() is False
    assert sleeper.poll() is None


def test_a_zombie_is_gone(sleeper: subprocess.Popen[bytes]) -> None:
    found = ProcessIdentity.of(sleeper.pid)
    found.send(signal.SIGKILL)
    assert found.wait(5.0)  # not reaped yet: nobody has polled
    assert not found.alive()


def test_a_frozen_process_ends_when_asked(sleeper: subprocess.Popen[bytes]) -> None:
    found = ProcessIdentity.of(sleeper.pid)
    found.send(signal.SIGSTOP)
    assert end(found, signal.SIGTERM, patience_s=5.0)


def test_what_does_not_end_when_asked_is_killed() -> None:
    # an ignored signal stays ignored in the program that replaces the shell
    command = ["sh", "-c", "trap '' TERM; echo set; exec sleep 60"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"set\n"
        found = ProcessIdentity.of(child.pid)
        assert not end(found, signal.SIGTERM, patience_s=0.1)
        assert not found.alive()


def test_a_record_of_another_shape_is_no_process() -> None:
    me = ProcessIdentity.of(os.getpid())
    assert ProcessIdentity.from_record(me.record()) == me
    assert ProcessIdentity.from_record(None) is None
    assert ProcessIdentity.from_record({"pid": 1}) is None


def test_a_pid_that_nobody_has_is_said_so(sleeper: subprocess.Popen[bytes]) -> None:
    sleeper.kill()
    sleeper.wait()
    with pytest.raises(ProcessLookupError):
        ProcessIdentity.of(sleeper.pid)
