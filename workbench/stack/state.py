"""What the supervisor knows about its servers, as a file that others read."""

import json
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, Literal

import structlog

from workbench.clock import Clock, rfc3339
from workbench.errors import StackError
from workbench.stack.layout import Layout, read_json, write_private
from workbench.stack.process import ProcessIdentity

_log = structlog.get_logger(__name__)

State = Literal["starting", "running", "restarting", "stopping", "stopped"]

FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 30.0
"""A server that cannot start, on a full disk for instance, is tried again this often."""


def pause_s(failures: int) -> float:
    """Seconds to wait before the next start, after so many starts in a row that did not get ready.

    Examples
    --------
    >>> [pause_s(n) for n in (0, 1, 2, 3, 20)]
    [0.0, 0.2, 0.4, 0.8, 30.0]
    """
    return 0.0 if failures == 0 else min(FIRST_PAUSE_S * 2 ** (min(failures, 30) - 1), LONGEST_PAUSE_S)


@dataclass(frozen=True, slots=True)
class ServerState:
    """One server as the supervisor last saw it.

    Parameters
    ----------
    state : State
    process : ProcessIdentity or None
    since : str
        When this state began, RFC 3339.
    restarts : int
        Times it was started again after an end that nobody asked for.
    failures : int
        Starts in a row that did not get ready.
    message : str
        Why it is not running, in one line; empty when all is well.
    """

    state: State = "stopped"
    process: ProcessIdentity | None = None
    since: str = ""
    restarts: int = 0
    failures: int = 0
    message: str = ""

    def record(self) -> dict[str, Any]:
        """As JSON."""
        process = self.process.record() if self.process else None
        return {
            "state": self.state, "process": process, "since": self.since, "restarts": self.restarts,
            "failures": self.failures, "message": self.message,
        }  # fmt: skip

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "ServerState":
        """From JSON."""
        return cls(
            state=record["state"],
            process=ProcessIdentity.from_record(record["process"]),
            since=record["since"],
            restarts=record["restarts"],
            failures=record["failures"],
            message=record["message"],
        )


@dataclass(frozen=True, slots=True)
class StackState:
    """The supervisor and its servers."""

    supervisor: ProcessIdentity | None = None
    servers: dict[str, ServerState] = field(default_factory=dict)


def read_state(layout: Layout) -> StackState:
    """The recorded state; empty when nothing was ever started.

    Raises
    ------
    StackError
        When the file is damaged.
    """
    found = read_json(layout.state_file)
    return StackState(
        ProcessIdentity.from_record(found.get("supervisor")),
        {name: ServerState.from_record(record) for name, record in found.get("servers", {}).items()},
    )


class StateTable:
    """The supervisor's own copy, written to the file on every change.

    Parameters
    ----------
    layout : Layout
    supervisor : ProcessIdentity
    clock : Clock
    """

    def __init__(self, layout: Layout, supervisor: ProcessIdentity, *, clock: Clock) -> None:
        self._layout = layout
        self._clock = clock
        self._guard = Lock()
        self._state = StackState(supervisor, dict(read_state(layout).servers))

    def write(self) -> None:
        """Write the file."""
        with self._guard:
            self._write()

    def of(self, name: str) -> ServerState:
        """One server's state."""
        with self._guard:
            return self._state.servers.get(name, ServerState())

    def change(self, name: str, **changes: Any) -> None:
        """Change some fields of one server's state."""
        with self._guard:
            before = self._state.servers.get(name, ServerState())
            if changes.get("state", before.state) != before.state or not before.since:
                changes["since"] = rfc3339(self._clock())
            after = replace(before, **changes)
            self._state.servers[name] = after
            if (after.state, after.message) != (before.state, before.message):
                pid = after.process.pid if after.process else None
                _log.info("server state changed", server=name, state=after.state, pid=pid, reason=after.message)
            try:
                self._write()
            except StackError as error:  # a full disk, a deleted home: the servers are watched all the same
                _log.error("state not written", reason=str(error))

    def _write(self) -> None:
        supervisor = self._state.supervisor
        text = json.dumps(
            {
                "supervisor": supervisor.record() if supervisor else None,
                "servers": {name: state.record() for name, state in self._state.servers.items()},
            },
            indent=2,
        )
        write_private(self._layout.state_file, text)
