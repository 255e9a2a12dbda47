"""What runs: state, pid, port, memory, version, uptime."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from http.client import HTTPException
from typing import Any

from workbench.errors import StackError
from workbench.settings import Settings
from workbench.stack.layout import Layout
from workbench.stack.ports import kept_ports
from workbench.stack.process import memory_bytes, uptime_s
from workbench.stack.registry import SERVERS, site_of
from workbench.stack.selection import disabled_servers, external_servers
from workbench.stack.state import ServerState, read_state


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """One line of ``workbench status``.

    Parameters
    ----------
    name : str
    state : str
        running, starting, restarting, stopping, stopped, external (a server of the user's), disabled, or
        silent: the process is there but does not answer.
    version : str
    pid, port : int or None
    memory_bytes : int or None
        Of the process and its children.
    uptime_s : float or None
        Seconds since the process started.
    restarts : int
        Times it was started again after an end that nobody asked for.
    message : str
        Why it is not running.
    """

    name: str
    state: str
    version: str
    pid: int | None = None
    port: int | None = None
    memory_bytes: int | None = None
    uptime_s: float | None = None
    restarts: int = 0
    message: str = ""

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def _answers(layout: Layout, name: str) -> bool:
    try:
        return SERVERS[name].ready(site_of(layout, name))
    except (OSError, HTTPException, StackError):
        return False


def _local(layout: Layout, name: str, state: ServerState) -> ServerStatus:
    server, process = SERVERS[name], state.process
    port = kept_ports(layout).get(name, {}).get(server.port_names[0])
    if process is None or not process.alive():
        shown = str(state.state) if state.state in {"restarting", "starting"} else "stopped"
        return ServerStatus(name, shown, server.version, port=port, restarts=state.restarts, message=state.message)
    shown = str(state.state)
    if shown == "running" and not _answers(layout, name):
        shown = "silent"
    return ServerStatus(
        name,
        shown,
        server.version,
        pid=process.pid,
        port=port,
        memory_bytes=memory_bytes(process.pid),
        uptime_s=round(uptime_s(process), 1),
        restarts=state.restarts,
        message=state.message,
    )


def stack_status(settings: Settings) -> Sequence[ServerStatus]:
    """All servers, in the order of the registry.

    Raises
    ------
    StackError
        When the recorded state is damaged.
    """
    layout = Layout(settings.home)
    states = read_state(layout).servers
    external, disabled = external_servers(settings), disabled_servers(settings)

    def one(name: str) -> ServerStatus:
        if name in external:
            return ServerStatus(name, "external", "")
        if name in disabled:
            return ServerStatus(name, "disabled", "")
        return _local(layout, name, states.get(name, ServerState()))

    with ThreadPoolExecutor(len(SERVERS)) as pool:
        return list(pool.map(one, SERVERS))
