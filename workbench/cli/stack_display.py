"""How the stack's commands show progress and status."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console
from rich.live import Live
from rich.table import Table

from workbench.stack.status import ServerStatus

_COLOURS = {"running": "green", "external": "cyan", "stopped": "dim", "disabled": "dim"}


@contextlib.contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """One line per server that changes in place; without a terminal, a line per change that lasts."""
    console, phrases, guard, began = Console(stderr=True), dict[str, str](), threading.Lock(), time.monotonic()

    def table() -> Table:
        grid = Table.grid(padding=(0, 2))
        for name, phrase in phrases.items():
            grid.add_row(name, phrase)
        return grid

    if not console.is_terminal:

        def plain(name: str, phrase: str) -> None:
            with guard:
                # a download reports its bytes many times: only the kind of change is a line
                kind = phrase.split(",", maxsplit=1)[0]
                if phrases.get(name) != kind:
                    phrases[name] = kind
                    console.print(f"{time.monotonic() - began:6.1f} s  {name}: {kind}", highlight=False)

        yield plain
        return
    with Live(console=console, refresh_per_second=10, transient=True) as live:

        def lively(name: str, phrase: str) -> None:
            with guard:
                phrases[name] = phrase
                live.update(table())

        yield lively


def duration(seconds: float | None) -> str:
    """Seconds as people write them.

    Examples
    --------
    >>> duration(3_725.0)
    '1 h 2 min'
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def status_table(servers: Sequence[ServerStatus]) -> None:
    """Print the servers as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("server", "state", "version"):
        table.add_column(column)
    for column in ("pid", "port", "memory", "uptime", "restarts"):
        table.add_column(column, justify="right")
    for server in servers:
        colour = _COLOURS.get(server.state, "yellow")
        memory = f"{server.memory_bytes / 2**20:.0f} MiB" if server.memory_bytes else ""
        table.add_row(
            server.name, f"[{colour}]{server.state}[/]", server.version, str(server.pid or ""),
            str(server.port or ""), memory, duration(server.uptime_s), str(server.restarts or ""),
        )  # fmt: skip
    console = Console()
    console.print(table)
    for server in servers:
        if server.message:
            console.print(f"{server.name}: {server.message}", style="yellow", highlight=False)
