"""Processes known by pid and start time, so that a pid used again by another program is never touched."""

import contextlib
import os
import select
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psutil

MARK = "BIGDATA_WORKBENCH_STACK"
"""Environment name by which a server's process can be found when nothing was recorded: ``name:home``."""

KILL_PATIENCE_S = 10.0
"""After SIGKILL; a process that lasts longer hangs in the kernel."""

_BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


def _boot_id() -> str:
    return _BOOT_FILE.read_text(encoding="ascii").strip()


def _stat(pid: int) -> list[str] | None:
    # fields after the program's name, which may hold spaces and parentheses
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


@dataclass(frozen=True, slots=True)
class ProcessIdentity:
    """One process, and no later one with the same pid.

    Parameters
    ----------
    pid : int
    start_ticks : int
        Clock ticks between boot and the process's start.
    boot_id : str
        Which boot.
    """

    pid: int
    start_ticks: int
    boot_id: str

    @classmethod
    def of(cls, pid: int) -> "ProcessIdentity":
        """The process that has this pid now.

        Raises
        ------
        ProcessLookupError
            When there is none.
        """
        fields = _stat(pid)
        if fields is None:
            raise ProcessLookupError(f"no process {pid}")
        return cls(pid, int(fields[19]), _boot_id())

    @classmethod
    def from_record(cls, record: dict[str, Any] | None) -> "ProcessIdentity | None":
        """A recorded process; None for an empty or foreign record."""
        try:
            return cls(**record) if record else None
        except TypeError:
            return None

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    def alive(self) -> bool:
        """Whether it runs (or is frozen); a zombie is gone."""
        return not self.wait(0.0)

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to exactly this process; False when it is gone."""
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return False
        try:
            if not self._has_pid():
                return False
            signal.pidfd_send_signal(handle, number)
        except ProcessLookupError:
            return False
        finally:
            os.close(handle)
        return True

    def wait(self, timeout_s: float) -> bool:
        """Wait for its end; whether it has ended in time. Works for processes of others, too.

        The kernel is asked for the end of all threads: of a killed process the first one may be a zombie
        while others still hold its locks and ports.
        """
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            return not self._has_pid() or bool(select.select([handle], [], [], max(timeout_s, 0.0))[0])
        finally:
            os.close(handle)

    def _has_pid(self) -> bool:
        fields = _stat(self.pid)
        return fields is not None and int(fields[19]) == self.start_ticks and self.boot_id == _boot_id()


def end(process: ProcessIdentity, number: signal.Signals, *, patience_s: float) -> bool:
    """Ask a process to end, wait, and kill it when it does not.

    Returns
    -------
    bool
        Whether it ended when asked.
    """
    process.send(number)
    process.send(signal.SIGCONT)  # a frozen process gets its signal when it thaws
    orderly = process.wait(patience_s)
    if not orderly:
        process.send(signal.SIGKILL)
        process.wait(KILL_PATIENCE_S)
    return orderly


def sweep_group(pid: int) -> None:
    """Kill what is left of the process group that a server led."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def marked(home: Path) -> list[tuple[str, ProcessIdentity]]:
    """Running servers of an installation, by the mark in their environment, leaders only.

    Returns
    -------
    list of (server name, process)
    """
    found: dict[int, tuple[str, int]] = {}
    for process in psutil.process_iter():
        try:
            name, _, where = process.environ().get(MARK, "").partition(":")
            if where == str(home) and process.status() != psutil.STATUS_ZOMBIE:
                found[process.pid] = name, process.ppid()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    leaders: list[tuple[str, ProcessIdentity]] = []
    for pid, (name, parent) in found.items():
        if parent not in found:
            with contextlib.suppress(ProcessLookupError):
                leaders.append((name, ProcessIdentity.of(pid)))
    return leaders


def memory_bytes(pid: int) -> int:
    """Memory of a process and its children: proportional share of shared pages where that can be read."""
    total = 0
    for process in _family(pid):
        try:
            total += process.memory_full_info().pss
        except psutil.AccessDenied:
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


def _family(pid: int) -> Iterable[psutil.Process]:
    try:
        leader = psutil.Process(pid)
        return [leader, *leader.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def uptime_s(process: ProcessIdentity) -> float:
    """Seconds since its start."""
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - process.start_ticks / os.sysconf("SC_CLK_TCK"))
