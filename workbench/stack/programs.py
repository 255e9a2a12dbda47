"""The workbench's own programs (API, workers) as child processes of one command."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from workbench.errors import StackError

STOP_S = 20.0
"""A worker finishes its batch and leaves its group well within this; then it is killed."""

_LOG_LINES = 5


class Programs:
    """Child processes that are stopped when the block ends, by pid, whatever happened in it.

    Parameters
    ----------
    logs : Path
        Folder for each program's output, ``<name>.log``.
    environment : mapping
        Added to this process's environment; secrets do not stand in argument lists.
    """

    def __init__(self, logs: Path, *, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Programs":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, name: str, arguments: Sequence[str]) -> int:
        """Start ``workbench <arguments>`` and give its pid.

        Raises
        ------
        StackError
            When its log cannot be written.
        """
        try:
            self._logs.mkdir(parents=True, exist_ok=True)
            log = self.log_path(name).open("ab")
        except OSError as error:
            raise StackError(f"{self._logs} cannot be written: {error.strerror}") from error
        with log:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "workbench", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
            )
        return self._running[name].pid

    def log_path(self, name: str) -> Path:
        """Where a program's output goes."""
        return self._logs / f"{name}.log"

    def pid(self, name: str) -> int:
        """A started program's pid."""
        return self._running[name].pid

    def require_running(self, *, except_zero: bool = False) -> None:
        """Raise when a program has ended.

        Parameters
        ----------
        except_zero : bool
            A program that ended with exit code 0 had nothing to do: its component is switched off.

        Raises
        ------
        StackError
            Naming the program, its exit code and the last lines of its log.
        """
        for name, process in self._running.items():
            code = process.poll()
            if code is not None and not (code == 0 and except_zero):
                raise StackError(f"{name} ended with exit code {code}; {self.log_path(name)} ends:\n{self.tail(name)}")

    def tail(self, name: str) -> str:
        """The last lines of a program's log."""
        lines = self.log_path(name).read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-_LOG_LINES:])

    def send(self, name: str, number: signal.Signals) -> None:
        """Send a signal to a program."""
        self._running[name].send_signal(number)

    def reap(self, name: str) -> int:
        """Wait for a program that was told to end, and forget it; gives its exit code."""
        return self._running.pop(name).wait()

    def stop(self) -> None:
        """End every program: asked first, killed after `STOP_S`."""
        for process in self._running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)  # a frozen one cannot hear the request
                process.terminate()
        until = time.monotonic() + STOP_S
        for process in self._running.values():
            try:
                process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._running.clear()
