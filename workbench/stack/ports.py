"""Ports on the loopback address: chosen free at first start, then kept."""

import json
import secrets
import socket
from collections.abc import Iterable, Sequence
from pathlib import Path

import psutil

from workbench.errors import PortTakenError, StackError
from workbench.stack.layout import Layout, read_json, write_private

LOOPBACK = "127.0.0.1"

LOWEST_PORT = 20_000
"""Ports below are where people expect other programs."""

_RANGE_FILE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def highest_port() -> int:
    """Exclusive upper bound of the ports to choose from.

    The system hands out the ports above it to outgoing connections. One of those could sit on a kept port
    while its server is down, and a client that keeps trying a dead server there can connect to itself.
    """
    try:
        low = int(_RANGE_FILE.read_text().split()[0])
    except (OSError, ValueError):
        low = 32_768
    return low if low > LOWEST_PORT + 1_000 else 65_536


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # as servers do: connections that linger after a stop do not count as taken
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def choose_port(taken: Iterable[int], *, offset: int = 0) -> int:
    """A free port that is not among those taken; with an offset, the port that far above is free, too.

    Raises
    ------
    StackError
        When none is found in many attempts.
    """
    avoid, top = set(taken), highest_port()
    for _ in range(1_000):
        port = LOWEST_PORT + secrets.randbelow(top - offset - LOWEST_PORT)
        if not {port, port + offset} & avoid and is_free(port) and is_free(port + offset):
            return port
    raise StackError(f"no free port between {LOWEST_PORT} and {top}; stop what listens there")


def kept_ports(layout: Layout) -> dict[str, dict[str, int]]:
    """Server -> purpose -> port, as chosen so far."""
    return {server: dict(ports) for server, ports in read_json(layout.ports_file).items()}


def keep_ports(layout: Layout, server: str, *, purposes: Sequence[str]) -> dict[str, int]:
    """The server's ports, chosen now where they were not yet.

    Parameters
    ----------
    layout : Layout
    server : str
    purposes : sequence of str
        ``admin`` is any free port; ``admin+10000`` the port that far above the one of ``admin``.
    """
    everything = kept_ports(layout)
    mine = everything.setdefault(server, {})
    offsets = {base: int(offset) for base, _, offset in (p.partition("+") for p in purposes) if offset}
    missing = [purpose for purpose in purposes if purpose not in mine]
    for purpose in missing:
        base, _, offset = purpose.partition("+")
        if offset:
            mine[purpose] = mine[base] + int(offset)
        else:
            taken = [port for ports in everything.values() for port in ports.values()]
            mine[purpose] = choose_port(taken, offset=offsets.get(purpose, 0))
    if missing:
        write_private(layout.ports_file, json.dumps(everything, indent=2))
    return mine


def listener(port: int) -> str | None:
    """Who listens on the port, as ``name (pid 123)``; None when that cannot be seen."""
    try:
        found = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in found:
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
            try:
                return f"{psutil.Process(connection.pid).name()} (pid {connection.pid})"
            except psutil.NoSuchProcess:
                return f"pid {connection.pid}"
    return None


def require_free(layout: Layout, server: str, *, ports: dict[str, int]) -> None:
    """Check that nobody else listens on a server's ports.

    Raises
    ------
    PortTakenError
        Naming the port, its purpose, who listens when that can be seen, and the remedy.
    """
    for purpose, port in ports.items():
        if not is_free(port):
            who = listener(port) or "another program"
            raise PortTakenError(
                f"{server}: port {port} ({purpose}) is taken by {who}; stop it, "
                f"or remove {server!r} from {layout.ports_file} to choose new ports"
            )
