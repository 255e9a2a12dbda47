"""Keep one server running: start, wait until it is ready, watch, start again."""

import contextlib
import os
import subprocess
import threading
import time
from dataclasses import dataclass
from http.client import HTTPException

from workbench.errors import StackError
from workbench.stack.logs import last_words, rotate
from workbench.stack.process import MARK, ProcessIdentity, end, sweep_group
from workbench.stack.server import Launch, Server, Site
from workbench.stack.state import StateTable, pause_s

READY_PATIENCE_S = 90.0
"""Seconds that a start may take, on a busy machine too; then the process is killed and started again."""

POLL_S = 0.05
"""Between readiness checks, and between looks at a process."""

_KEPT_NAMES = ("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "TMPDIR")
"""Of this process's environment: the servers get nothing else, no proxy and no JAVA_TOOL_OPTIONS."""


@dataclass(slots=True)
class _Running:
    identity: ProcessIdentity
    launch: Launch
    child: subprocess.Popen[bytes] | None = None

    def alive(self) -> bool:
        # poll reaps our own child; an adopted one is reaped by init
        return self.child.poll() is None if self.child else self.identity.alive()

    def exit_text(self) -> str:
        code = self.child.returncode if self.child else None
        if code is None:
            return "ended"
        return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"


def start_process(server: Server, site: Site) -> tuple[subprocess.Popen[bytes], Launch]:
    """Start a server's process in a session of its own, writing to its log.

    Raises
    ------
    StackError
        When the program cannot be started or the log cannot be written.
    """
    launch = server.launch(site)
    kept = {name: os.environ[name] for name in _KEPT_NAMES if name in os.environ}
    environ = kept | {
        "HOME": str(site.data),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
        MARK: f"{server.name}:{site.layout.home}",
        **launch.environ,
    }
    account, path = site.account, site.layout.log(server.name)
    try:
        rotate(path)
        with path.open("ab") as log:
            child = subprocess.Popen(
                launch.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=site.data,
                env=environ,
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
                umask=0o077,
                start_new_session=True,
            )
    except OSError as error:
        raise StackError(f"{server.name}: {launch.argv[0]} cannot be started: {error.strerror}") from error
    return child, launch


class Runner:
    """Keeps one server running until told to stop.

    Parameters
    ----------
    server : Server
    site : Site
    table : StateTable
        Where the state is written.
    """

    def __init__(self, server: Server, site: Site, *, table: StateTable) -> None:
        self._thread = threading.Thread(target=self._run, name=server.name, daemon=True)
        self._server = server
        self._site = site
        self._table = table
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def request_stop(self) -> None:
        """Ask for the server's end; `join` waits for it."""
        self._stopping.set()

    def join(self) -> None:
        """Wait until the server has stopped."""
        self._thread.join()

    def is_alive(self) -> bool:
        """Whether it still starts, watches or stops its server."""
        return self._thread.is_alive()

    def _run(self) -> None:
        name, running = self._server.name, self._adopt()
        while not self._stopping.is_set():
            failures = self._table.of(name).failures
            if running is None:
                if self._stopping.wait(pause_s(failures)):
                    break
                try:
                    running = self._start()
                except StackError as error:
                    self._table.change(name, state="restarting", failures=failures + 1, message=str(error))
                    continue
            if self._wait_until_ready(running):
                self._table.change(name, state="running", failures=0, message="")
                self._watch(running)
                failures = 0
            else:
                failures += 1
            if self._stopping.is_set():
                break
            self._after_end(running, failures)
            running = None
        if running is not None:
            self._end(running)
        self._table.change(name, state="stopped", process=None, failures=0, message="")

    def _adopt(self) -> _Running | None:
        # a supervisor that was killed leaves its servers running
        recorded = self._table.of(self._server.name).process
        if recorded is None or not recorded.alive():
            return None
        self._table.change(self._server.name, state="starting", failures=0, message="")
        return _Running(recorded, self._server.launch(self._site))

    def _start(self) -> _Running:
        before = self._table.of(self._server.name)
        again = before.state == "restarting"
        child, launch = start_process(self._server, self._site)
        try:
            identity = ProcessIdentity.of(child.pid)
        except ProcessLookupError as error:
            raise StackError(f"{self._server.name}: ended at once") from error
        self._table.change(
            self._server.name,
            state="restarting" if again else "starting",
            process=identity,
            restarts=before.restarts if again else 0,
        )
        return _Running(identity, launch, child)

    def _wait_until_ready(self, running: _Running) -> bool:
        deadline = time.monotonic() + READY_PATIENCE_S
        while running.alive() and not self._stopping.is_set():
            with contextlib.suppress(OSError, HTTPException):
                try:
                    if self._server.ready(self._site):
                        return True
                except StackError as error:
                    self._table.change(self._server.name, message=str(error))
            if time.monotonic() > deadline:
                self._table.change(self._server.name, message=f"not ready after {READY_PATIENCE_S:.0f} s")
                end(running.identity, running.launch.stop_signal, patience_s=5.0)
                running.alive()
                return False
            self._stopping.wait(POLL_S)
        return False

    def _watch(self, running: _Running) -> None:
        while running.alive() and not self._stopping.is_set():
            self._stopping.wait(POLL_S)

    def _after_end(self, running: _Running, failures: int) -> None:
        sweep_group(running.identity.pid)
        self._keep_archive(running.launch)
        before = self._table.of(self._server.name)
        last = last_words(self._site.layout.logs, self._server.name)
        self._table.change(
            self._server.name,
            state="restarting",
            process=None,
            restarts=before.restarts + 1,
            failures=failures,
            message=" | ".join([running.exit_text(), *last]) if failures else running.exit_text(),
        )

    def _end(self, running: _Running) -> None:
        self._table.change(self._server.name, state="stopping")
        end(running.identity, running.launch.stop_signal, patience_s=running.launch.stop_patience_s)
        if running.child is not None:
            running.child.wait()
        sweep_group(running.identity.pid)
        self._keep_archive(running.launch)

    def _keep_archive(self, launch: Launch) -> None:
        if launch.archive is None:
            return
        written, archive = launch.archive
        if written.is_file():
            written.replace(archive)
        for left in written.parent.glob(f"{written.name}*"):
            left.unlink(missing_ok=True)
