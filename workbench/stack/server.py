"""What the stack needs to know about a server."""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from workbench.stack.account import Account
from workbench.stack.layout import Layout

Say = Callable[[str], None]
"""Takes a short phrase on what is being done now, for the progress display."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where, on which ports and with which keys one server runs in one installation.

    Parameters
    ----------
    layout : Layout
    data : Path
        The server's own data folder.
    ports : mapping of str to int
        Purpose -> port on 127.0.0.1.
    credentials : mapping of str to str
    account : Account or None
        As whom to run, when not as the user himself.
    jars_url : str
        Where jars are downloaded from; empty for the usual places.
    options : mapping of str to str
        Names that the settings may choose, such as the database's.
    """

    layout: Layout
    data: Path
    ports: Mapping[str, int]
    credentials: Mapping[str, str] = field(repr=False)
    account: Account | None = None
    jars_url: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start and how to stop a server's process.

    Parameters
    ----------
    argv : tuple of str
        Program and arguments; never secrets, they can be seen by everybody on the machine.
    environ : mapping of str to str
        Added to the small environment that every server gets.
    stop_signal : signal.Signals
        Asks for an orderly end.
    stop_patience_s : float
        Seconds until an orderly end is given up and the process is killed.
    archive : tuple of Path, optional
        What a JVM in training writes at its end, and the name under which it is kept.
    """

    argv: tuple[str, ...]
    environ: Mapping[str, str] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    stop_patience_s: float = 30.0
    archive: tuple[Path, Path] | None = None


class Server(Protocol):
    """One kind of server. Implementations hold no state: everything is in the `Site`."""

    @property
    def name(self) -> str:
        """As on the command line."""

    @property
    def version(self) -> str:
        """Of the server's program."""

    @property
    def section(self) -> str:
        """Its section in the settings."""

    @property
    def port_names(self) -> tuple[str, ...]:
        """Purposes of its ports; the first is the one that clients use."""

    @property
    def unprivileged(self) -> bool:
        """Must not run as root."""

    def prepare(self, site: Site, say: Say) -> None:
        """Fetch programs, write configuration, create empty data; repeatable."""

    def launch(self, site: Site) -> Launch:
        """The process to start."""

    def ready(self, site: Site) -> bool:
        """One cheap round trip; False or OSError while it is not ready."""

    def connection(self, site: Site) -> dict[str, str]:
        """Environment names and values with which clients find this server."""
