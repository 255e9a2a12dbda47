"""Run the service: bind, tell where, serve until told to stop."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from workbench.api.app import create_app
from workbench.api.service import Service
from workbench.errors import PortTakenError, StackError
from workbench.settings import Settings

BACKLOG = 512
"""Connections that wait to be accepted."""

GRACE_S = 10
"""Seconds that running requests get to end after SIGTERM."""


def address_file(settings: Settings) -> Path:
    """Where a running service says its address and pid."""
    return settings.home / "run" / "api.json"


def bind(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one.

    Raises
    ------
    PortTakenError
        When another program listens there.
    StackError
        When the host is not one of this machine's, or the port may not be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio switches Nagle off; without it each answer waits 40 ms for an acknowledgement.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(BACKLOG)
    except OSError as error:
        found.close()
        if error.errno == 98:  # EADDRINUSE
            raise PortTakenError(
                f"port {port} on {host} is taken by another program; choose one with --port, or 0 for a free one"
            ) from error
        raise StackError(f"cannot listen on {host}:{port}: {error.strerror}; check --host and --port") from error
    return found


@contextmanager
def announced(settings: Settings, address: str) -> Iterator[Path]:
    """Address and pid in ``WORKBENCH_HOME/run/api.json`` (mode 0600) for the time of the block."""
    path = address_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"address": address, "pid": os.getpid()}, file)
    part.replace(path)
    try:
        yield path
    finally:
        if path.exists() and json.loads(path.read_text())["pid"] == os.getpid():
            path.unlink()  # unless a newer service has taken the place


class Server(uvicorn.Server):
    """Uvicorn that tells when it takes requests.

    Parameters
    ----------
    config : uvicorn.Config
    ready : callable
        Called once, when requests are taken.
    """

    def __init__(self, config: uvicorn.Config, *, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and SIGINT; uvicorn would raise them once more at the end and so exit non-zero."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        stops = (signal.SIGTERM, signal.SIGINT)
        before = {one: signal.signal(one, self.handle_exit) for one in stops}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()


def make_server(service: Service, *, ready: Callable[[], None] = lambda: None) -> Server:
    """A server around a service, to be run on a socket of `bind`."""
    config = uvicorn.Config(
        create_app(service),
        log_config=None,  # workbench.telemetry.logs has set it up
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        lifespan="on",
    )
    return Server(config, ready=ready)


def serve(settings: Settings, *, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    Parameters
    ----------
    settings : Settings
    host : str
    port : int
        0 for a free one.
    ready : callable
        Called with the address when requests are taken.

    Raises
    ------
    PortTakenError, StackError
        When the address cannot be used.
    """
    with bind(host, port) as listening:
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        service = Service(settings)
        with announced(settings, address):
            make_server(service, ready=lambda: ready(address)).run(sockets=[listening])
