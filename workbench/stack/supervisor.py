"""The process that keeps the servers running: ``python -m workbench.stack.supervisor HOME``.

One per home: it holds a lock file as long as it lives. It runs the servers that ``wanted.json`` names,
takes over those that a killed predecessor left running, and stops all of them on SIGTERM.
"""

import fcntl
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import structlog

from workbench.clock import utc_now
from workbench.errors import StackError
from workbench.settings import Settings
from workbench.stack.layout import Layout, read_json
from workbench.stack.process import ProcessIdentity, end, marked
from workbench.stack.registry import SERVERS, site_of
from workbench.stack.runner import Runner
from workbench.stack.state import StateTable
from workbench.stack.supervision import wanted
from workbench.telemetry.logs import configure_logging

_log = structlog.get_logger(__name__)

LOOK_S = 0.1
"""Between looks at the list of wanted servers."""

PAUSE_AFTER_ERROR_S = 5.0

LOCK_PATIENCE_S = 2.0
"""Whoever looks whether a supervisor runs holds its lock for an instant."""


def no_longer_needed(layout: Layout) -> bool:
    """Whether the home was deleted, or the process has ended for which alone the servers run."""
    if not layout.folder.is_dir():
        return True
    try:
        recorded = read_json(layout.wanted_file).get("owner")
    except StackError:  # said where the file is followed
        return False
    owner = ProcessIdentity.from_record(recorded)
    return owner is not None and not owner.alive()


def end_unrecorded(layout: Layout, table: StateTable) -> None:
    """End servers of this home that run but were not recorded, so that they do not hold data and ports."""
    for name, process in marked(layout.home):
        recorded = table.of(name).process if name in SERVERS else None
        if recorded != process:
            end(process, signal.SIGTERM, patience_s=10.0)


def supervise(layout: Layout) -> None:
    """Run the wanted servers until SIGTERM."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    configure_logging(Settings())
    table = StateTable(layout, ProcessIdentity.of(os.getpid()), clock=utc_now)
    end_unrecorded(layout, table)
    table.write()
    crew = Crew(layout, table)
    while not stopping.wait(LOOK_S) and not no_longer_needed(layout):
        try:
            crew.follow(wanted(layout))
        except StackError as error:  # a damaged file, a full disk: what runs goes on running
            _log.error("wanted servers not followed", reason=str(error))
            stopping.wait(PAUSE_AFTER_ERROR_S)
    crew.stop()


class Crew:
    """The runners of one home.

    Parameters
    ----------
    layout : Layout
    table : StateTable
    """

    def __init__(self, layout: Layout, table: StateTable) -> None:
        self._layout = layout
        self._table = table
        self._runners: dict[str, Runner] = {}
        self._leaving: dict[str, Runner] = {}

    def follow(self, names: Sequence[str]) -> None:
        """Start what is named and not there, stop what is there and not named.

        Raises
        ------
        StackError
            When a server's ports or keys cannot be read.
        """
        for name in self._runners.keys() - set(names):
            self._runners[name].request_stop()
            self._leaving[name] = self._runners.pop(name)
        self._leaving = {name: runner for name, runner in self._leaving.items() if runner.is_alive()}
        for name in names:
            ended = name in self._runners and not self._runners[name].is_alive()  # by an error nobody foresaw
            if ended or (name not in self._runners and name not in self._leaving):
                self._runners[name] = Runner(SERVERS[name], site_of(self._layout, name), table=self._table)
                self._runners[name].start()

    def stop(self) -> None:
        """Stop all in parallel, and wait."""
        everyone = (*self._runners.values(), *self._leaving.values())
        for runner in everyone:
            runner.request_stop()
        for runner in everyone:
            runner.join()


def take_lock(layout: Layout) -> bool:
    """Take the home's lock for as long as this process lives; False when another supervisor has it."""
    lock = os.open(layout.supervisor_lock, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LOCK_PATIENCE_S
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.02)
        else:
            return True
    return False


def daemonize(log: Path) -> None:
    """Leave the caller: a session of its own, no terminal, output to the log."""
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    os.umask(0o077)
    null = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    os.close(null)
    os.close(out)


def main(home: str) -> None:
    """Become the home's supervisor, unless there is one."""
    layout = Layout(Path(home))
    daemonize(layout.log("supervisor"))
    if take_lock(layout):
        supervise(layout)


if __name__ == "__main__":
    main(sys.argv[1])
