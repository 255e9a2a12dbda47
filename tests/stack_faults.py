"""Do to real servers what happens to them: kill, freeze, take away."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stack_waits import eventually
from workbench.settings import Settings
from workbench.stack.control import start_stack, stop_servers
from workbench.stack.layout import Layout
from workbench.stack.process import ProcessIdentity
from workbench.stack.registry import SERVERS, site_of
from workbench.stack.state import ServerState, read_state

STEADY = 5
"""Refusals in a row, 0.05 s apart, after which a port counts as closed."""


def accepts(port: int) -> bool:
    """Whether something takes a connection on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Servers:
    """The servers of one stack. Names: kafka, neo4j, clickhouse, postgresql, s3."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.layout = Layout(settings.home)

    def state(self, name: str) -> ServerState:
        return read_state(self.layout).servers.get(name, ServerState())

    def process(self, name: str) -> ProcessIdentity:
        """The server's process as the supervisor recorded it."""
        found = self.state(name).process
        assert found is not None, f"{name} has no process"
        return found

    def kill(self, name: str) -> ProcessIdentity:
        """SIGKILL; the supervisor starts it again. Gives the process that was killed."""
        process = self.process(name)
        assert process.send(signal.SIGKILL), f"{name} was gone already"
        assert process.wait(10.0)
        return process

    def kill_and_wait(self, name: str, *, timeout_s: float = 60.0) -> None:
        """SIGKILL, then wait until another process of that server is ready."""
        killed = self.kill(name)
        self.wait_until_ready(name, other_than=killed, timeout_s=timeout_s)

    def freeze(self, name: str) -> None:
        """SIGSTOP: connections stay open and nothing answers."""
        assert self.process(name).send(signal.SIGSTOP)

    def thaw(self, name: str) -> None:
        """SIGCONT."""
        self.process(name).send(signal.SIGCONT)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """Frozen inside, thawed after."""
        self.freeze(name)
        try:
            yield
        finally:
            self.thaw(name)

    @contextmanager
    def gone(self, name: str) -> Iterator[None]:
        """Stopped inside (connection refused), started and ready again after."""
        stop_servers(self.settings, [name])
        try:
            self.wait_until_refused(name)
            yield
        finally:
            self.start(name)

    def wait_until_refused(self, name: str) -> None:
        """Wait until none of the server's ports takes a connection, `STEADY` looks in a row.

        A stopped PostgreSQL was once seen to refuse, to accept one connection and close it, and to refuse again.
        """
        ports = site_of(self.layout, name).ports.values()
        refused = 0

        def steady() -> bool:
            nonlocal refused
            refused = 0 if any(accepts(port) for port in ports) else refused + 1
            return refused >= STEADY

        eventually(steady, f"{name} refuses connections")

    def start(self, *names: str) -> None:
        """Start and wait until ready."""
        start_stack(self.settings, only=names, owner=ProcessIdentity.of(os.getpid()))

    def wait_until_ready(
        self, name: str, *, other_than: ProcessIdentity | None = None, timeout_s: float = 60.0
    ) -> None:
        """Wait until the supervisor calls it running and it answers."""

        def ready() -> bool:
            state = self.state(name)
            return (
                state.state == "running"
                and state.process is not None
                and state.process != other_than
                and SERVERS[name].ready(site_of(self.layout, name))
            )

        eventually(ready, f"{name} is ready", timeout_s=timeout_s)
