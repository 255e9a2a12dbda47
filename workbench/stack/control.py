"""Start and stop the local stack."""

import json
import signal
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

from workbench.errors import StackError, WorkbenchError
from workbench.settings import Settings
from workbench.stack.layout import Layout, write_private
from workbench.stack.logs import last_words
from workbench.stack.ports import require_free
from workbench.stack.process import ProcessIdentity, end, marked
from workbench.stack.registry import SERVERS, check_names, site_of
from workbench.stack.runner import READY_PATIENCE_S
from workbench.stack.selection import selected
from workbench.stack.server import Site
from workbench.stack.state import ServerState, read_state
from workbench.stack.supervision import (
    POLL_S,
    Report,
    changing,
    ensure_supervisor,
    supervisor_runs,
    wanted,
    write_wanted,
)

STOP_PATIENCE_S = 180.0
"""For everything to stop; JVMs in training write their archives first."""

GIVE_UP_FAILURES = 5
"""Starts in a row that ended before they were ready, until `start_stack` reports it."""


def silent(name: str, phrase: str) -> None:
    """Report nothing."""


def _failure(layout: Layout, name: str, state: ServerState) -> StackError:
    last = state.message or " | ".join(last_words(layout.logs, name)) or "no message"
    return StackError(f"{name} does not get ready: {last}; see: workbench logs {name}")


def _start_one(name: str, site: Site, *, report: Report, want: Callable[[str], None]) -> None:
    layout, server = site.layout, SERVERS[name]
    state = read_state(layout).servers.get(name, ServerState())
    if not (state.process and state.process.alive()):
        require_free(layout, name, ports=dict(site.ports))
        server.prepare(site, lambda phrase: report(name, phrase))
        report(name, "starting")
    want(name)
    deadline = time.monotonic() + READY_PATIENCE_S
    while time.monotonic() < deadline:
        state = read_state(layout).servers.get(name, ServerState())
        if state.state == "running" and state.process and state.process.alive():
            report(name, "ready")
            return
        if state.failures >= GIVE_UP_FAILURES:
            break
        if not supervisor_runs(layout):
            want(name)
        time.sleep(POLL_S)
    raise _failure(layout, name, state)


def start_stack(
    settings: Settings,
    *,
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    report: Report = silent,
    owner: ProcessIdentity | None = None,
) -> list[str]:
    """Start servers and wait until they are ready. Servers that run already are left alone.

    Afterwards ``connections.json`` in the home names the addresses and keys of all that run.

    Parameters
    ----------
    settings : Settings
    only : sequence of str
        Start these alone; all when empty.
    without : sequence of str
        Do not start these.
    report : callable
        Progress.
    owner : ProcessIdentity, optional
        When this process ends, so do the servers; else they outlive everybody but ``down``.

    Returns
    -------
    list of str
        Names of the servers that run now.

    Raises
    ------
    UsageError
        For a name that no server has.
    StackError
        When one does not get ready; the others are left running.
    """
    names = selected(settings, only=only, without=without)
    layout = Layout(settings.home)
    layout.create()
    guard = threading.Lock()

    def want(name: str) -> None:
        with guard:
            ensure_supervisor(layout, owner)
            write_wanted(layout, [*wanted(layout), name])

    with changing(layout, report):
        options = {"database": settings.clickhouse.database}
        # one after the other: each first time chooses ports that no other has
        sites = {name: site_of(layout, name, jars_url=settings.jars_url, options=options) for name in names}
        ensure_supervisor(layout, owner)
        failures: list[WorkbenchError] = []
        with ThreadPoolExecutor(max(1, len(names))) as pool:
            waiting = [pool.submit(_start_one, name, sites[name], report=report, want=want) for name in names]
            for each in waiting:
                try:
                    each.result()
                except WorkbenchError as error:
                    failures.append(error)
        running = running_servers(layout)
        write_connections(layout, running)
        if not running:
            _stop_everything(layout, report)
    if failures:
        raise failures[0]
    return running


def running_servers(layout: Layout) -> list[str]:
    """Names of the servers that are ready, in the order of the registry."""
    states = read_state(layout).servers
    return [name for name in SERVERS if name in states and states[name].state == "running"]


def write_connections(layout: Layout, names: Iterable[str]) -> None:
    """Write addresses and keys of these servers where the settings look for them."""
    values: dict[str, str] = {}
    for name in names:
        values |= SERVERS[name].connection(site_of(layout, name))
    write_private(layout.connections_file, json.dumps(values, indent=2))


def _stop_left(site: Site, name: str, process: ProcessIdentity) -> None:
    launch = SERVERS[name].launch(site)
    end(process, launch.stop_signal, patience_s=launch.stop_patience_s)


def _stop_everything(layout: Layout, report: Report) -> list[str]:
    before = read_state(layout)
    alive = {n: s.process for n, s in before.servers.items() if n in SERVERS and s.process and s.process.alive()}
    write_wanted(layout, [])
    for name in alive:
        report(name, "stopping")
    supervisor = before.supervisor
    if supervisor is not None and supervisor.send(signal.SIGTERM) and not supervisor.wait(STOP_PATIENCE_S):
        raise StackError(f"the supervisor (pid {supervisor.pid}) does not stop; see: workbench logs supervisor")
    # what a killed supervisor left, recorded or not
    left = [(name, process) for name, process in marked(layout.home) if name in SERVERS]
    if left:
        sites = {name: site_of(layout, name) for name, _ in left}
        with ThreadPoolExecutor(len(left)) as pool:
            for each in [pool.submit(_stop_left, sites[name], name, process) for name, process in left]:
                each.result()
    for name in alive:
        report(name, "stopped")
    return list(alive)


def stop_stack(settings: Settings, *, report: Report = silent) -> list[str]:
    """Stop all servers of the home, in parallel, and the supervisor.

    Returns
    -------
    list of str
        Names of those that ran.

    Raises
    ------
    StackError
        When something does not stop.
    """
    layout = Layout(settings.home)
    if not layout.folder.is_dir():
        return []
    with changing(layout, report):
        return _stop_everything(layout, report)


def stop_servers(settings: Settings, names: Sequence[str]) -> None:
    """Stop some servers and leave the others running; `start_stack` brings them back.

    Raises
    ------
    UsageError
        For a name that no server has.
    StackError
        When one does not stop.
    """
    layout, names = Layout(settings.home), check_names(names)
    with changing(layout, silent):
        write_wanted(layout, set(wanted(layout)) - set(names))
        deadline = time.monotonic() + STOP_PATIENCE_S
        for name in names:
            while read_state(layout).servers.get(name, ServerState()).state != "stopped":
                if time.monotonic() > deadline or not supervisor_runs(layout):
                    raise StackError(f"{name} does not stop; see: workbench logs {name}")
                time.sleep(POLL_S)
