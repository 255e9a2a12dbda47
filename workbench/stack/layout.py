"""Where one installation keeps the files of its servers."""

import contextlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.errors import StackError


@dataclass(frozen=True, slots=True)
class Layout:
    """The folders and files below ``WORKBENCH_HOME`` that belong to the local stack.

    Parameters
    ----------
    home : Path
        Absolute.
    """

    home: Path

    @property
    def folder(self) -> Path:
        """State, ports, credentials and locks; readable by the owner only."""
        return self.home / "stack"

    @property
    def logs(self) -> Path:
        """One log file per server, and the supervisor's."""
        return self.home / "logs"

    @property
    def state_file(self) -> Path:
        """What the supervisor last knew: pids, start times, states."""
        return self.folder / "state.json"

    @property
    def wanted_file(self) -> Path:
        """Names of the servers that the supervisor shall keep running."""
        return self.folder / "wanted.json"

    @property
    def ports_file(self) -> Path:
        """Ports, chosen once."""
        return self.folder / "ports.json"

    @property
    def credentials_file(self) -> Path:
        """Passwords and keys, generated once, mode 0600."""
        return self.folder / "credentials.json"

    @property
    def connections_file(self) -> Path:
        """Addresses and keys under their environment names, mode 0600; read by the settings."""
        return self.home / "connections.json"

    @property
    def supervisor_lock(self) -> Path:
        """Held by the supervisor as long as it lives."""
        return self.folder / "supervisor.lock"

    @property
    def up_lock(self) -> Path:
        """Held by the ``up`` or ``down`` that is changing the stack."""
        return self.folder / "up.lock"

    def log(self, name: str) -> Path:
        """A server's log file."""
        return self.logs / f"{name}.log"

    def create(self) -> None:
        """Make the folders.

        The home of root may be crossed, not listed, by the account that runs PostgreSQL and S3.

        Raises
        ------
        StackError
            When the home cannot be written.
        """
        try:
            if not self.home.is_dir():
                self.home.mkdir(parents=True)
                self.home.chmod(0o711 if os.geteuid() == 0 else 0o700)
            for folder in (self.folder, self.logs):
                folder.mkdir(mode=0o700, exist_ok=True)
                folder.chmod(0o700)
        except OSError as error:
            raise StackError(
                f"{self.home} cannot be used as home: {error.strerror}; give another with --home or WORKBENCH_HOME"
            ) from error


def write_private(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a whole file that only its owner may read, or nothing.

    Raises
    ------
    StackError
        When the disk is full or the folder cannot be written.
    """
    scratch: str | None = None
    try:
        handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(scratch).chmod(mode)
        Path(scratch).replace(path)
    except OSError as error:
        if scratch is not None:
            with contextlib.suppress(FileNotFoundError):
                Path(scratch).unlink()
        raise StackError(f"{path} cannot be written: {error.strerror}; make room or fix its permissions") from error


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object, or an empty one when there is no such file.

    Raises
    ------
    StackError
        When the file is there but is not a JSON object.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StackError(f"{path} cannot be read ({error}); move it away and run: workbench up") from error
    if not isinstance(found, dict):
        raise StackError(f"{path} is not a JSON object; move it away and run: workbench up")
    return found
