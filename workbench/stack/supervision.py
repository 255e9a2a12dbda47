"""Between those who want servers and the supervisor that runs them: locks and the list of wanted servers."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workbench.errors import StackError
from workbench.stack.layout import Layout, read_json, write_private
from workbench.stack.logs import last_words
from workbench.stack.process import ProcessIdentity
from workbench.stack.registry import SERVERS, check_names
from workbench.stack.state import ServerState, read_state

POLL_S = 0.05

SUPERVISOR_PATIENCE_S = 20.0
"""For the supervisor to come up."""

Report = Callable[[str, str], None]
"""Takes a server's name and a short phrase on what it does now."""


@contextlib.contextmanager
def changing(layout: Layout, report: Report) -> Iterator[None]:
    """One change of the stack at a time; the next one waits."""
    lock = os.open(layout.up_lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report("stack", "another workbench up or down is at work; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def supervisor_runs(layout: Layout) -> bool:
    """Whether a supervisor holds this home's lock."""
    try:
        lock = os.open(layout.supervisor_lock, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def write_wanted(layout: Layout, names: Iterable[str], **more: Any) -> None:
    """Say which servers the supervisor shall keep running; it looks ten times a second."""
    kept = read_json(layout.wanted_file)
    write_private(layout.wanted_file, json.dumps({**kept, "servers": check_names(names), **more}))


def wanted(layout: Layout) -> list[str]:
    """Names of the servers that the supervisor shall keep running."""
    return [name for name in read_json(layout.wanted_file).get("servers", []) if name in SERVERS]


def ensure_supervisor(layout: Layout, owner: ProcessIdentity | None) -> None:
    """Start the home's supervisor unless it runs; the caller must hold `changing`.

    Raises
    ------
    StackError
        When it does not come up.
    """
    if supervisor_runs(layout):
        return
    before, states = read_state(layout).supervisor, read_state(layout).servers
    # what a killed supervisor left running is taken over; what ended with it waits to be asked for
    left = [name for name in wanted(layout) if (process := states.get(name, ServerState()).process) and process.alive()]
    write_wanted(layout, left, owner=owner.record() if owner else None)
    subprocess.run([sys.executable, "-m", "workbench.stack.supervisor", str(layout.home)], check=True, cwd="/")
    deadline = time.monotonic() + SUPERVISOR_PATIENCE_S
    while time.monotonic() < deadline:
        now = read_state(layout).supervisor
        if now is not None and now != before and now.alive():
            return
        time.sleep(POLL_S)
    last = " | ".join(last_words(layout.logs, "supervisor"))
    raise StackError(f"the supervisor did not start within {SUPERVISOR_PATIENCE_S:.0f} s: {last or 'no message'}")
