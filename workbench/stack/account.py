"""As whom a server runs: PostgreSQL and the object store refuse or should not have root.

As root they run as the existing account ``nobody``; no account is ever created. That account must be
able to reach the server's data and program, which it cannot below a home of mode 0700: then both live
under `FALLBACK`.
"""

import os
import pwd
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import StackError

FALLBACK = Path("/var/lib/bigdata-workbench")
"""Used by root only, when ``nobody`` cannot reach the home or the virtual environment."""

ORIGIN_FILE = "home"
"""In a fallback data folder: the home that it belongs to."""


@dataclass(frozen=True, slots=True)
class Account:
    """An existing account of the operating system."""

    name: str
    uid: int
    gid: int


def service_account() -> Account | None:
    """The account for servers that must not be root; None when this process is not root.

    Raises
    ------
    StackError
        When this process is root and the system has no account ``nobody``.
    """
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam("nobody")
    except KeyError as error:
        raise StackError("PostgreSQL cannot run as root and there is no account 'nobody'; run as a user") from error
    return Account(found.pw_name, found.pw_uid, found.pw_gid)


def may_enter(account: Account, path: Path) -> bool:
    """Whether the account can cross every existing folder down to the path (by mode bits)."""
    for folder in (*reversed(path.absolute().parents), path.absolute()):
        try:
            found = folder.stat()
        except FileNotFoundError:
            return True
        if not stat.S_ISDIR(found.st_mode):
            continue
        if found.st_uid == account.uid:
            bit = stat.S_IXUSR
        elif found.st_gid == account.gid:
            bit = stat.S_IXGRP
        else:
            bit = stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def data_root(home: Path, installation: str, *, account: Account | None) -> Path:
    """The folder below which servers of this account keep their data.

    Parameters
    ----------
    home : Path
    installation : str
        Random name of the installation: a new home at an old path must not find the old data.
    account : Account or None
    """
    fallback = FALLBACK / installation
    if account is None or (may_enter(account, home) and not fallback.exists()):
        return home / "data"
    return fallback


def make_data_folder(path: Path, home: Path, *, account: Account | None) -> None:
    """Make a data folder of mode 0700 that belongs to the account.

    Raises
    ------
    StackError
        When it cannot be made.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if account is not None:
            path.parent.chmod(0o711)
            if FALLBACK in path.parents:
                FALLBACK.chmod(0o711)
                (path.parent / ORIGIN_FILE).write_text(f"{home}\n", encoding="utf-8")
        path.mkdir(mode=0o700, exist_ok=True)
        if account is not None:
            os.chown(path, account.uid, account.gid)
    except OSError as error:
        raise StackError(f"{path} cannot be made: {error.strerror}; give another --home") from error


def give(path: Path, account: Account | None) -> None:
    """Hand a file that root wrote to the account."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def runnable(source: Path, label: str, *, account: Account | None, libraries: Path | None = None) -> Path:
    """A program's file or folder where the account can execute it: as it is, or a copy.

    Parameters
    ----------
    source : Path
    label : str
        Name and version of the program; names the copy.
    account : Account or None
    libraries : Path, optional
        A folder beside `source` where the program looks for its own libraries; copied along.

    Raises
    ------
    StackError
        When the copy cannot be written.
    """
    if account is None or may_enter(account, source):
        return source
    folder = FALLBACK / "programs"
    target = folder / label / source.name
    if target.exists():
        return target
    scratch = folder / f".{label}.{os.getpid()}"
    try:
        scratch.mkdir(parents=True)
        for parent in (FALLBACK, folder, scratch):
            parent.chmod(0o755)
        if source.is_dir():
            shutil.copytree(source, scratch / source.name, symlinks=True)
        else:
            shutil.copy2(source, scratch / source.name)
        if libraries is not None:
            shutil.copytree(libraries, scratch / libraries.name, symlinks=True)
        scratch.rename(folder / label)
    except OSError as error:
        shutil.rmtree(scratch, ignore_errors=True)
        if not target.exists():  # another `up` may have been faster
            raise StackError(f"{target} cannot be written: {error.strerror}; make room in {folder}") from error
    return target


def remove_data(home: Path, installation: str) -> None:
    """Delete all servers' data, wherever it is; their processes must be gone.

    Raises
    ------
    StackError
        When something cannot be deleted.
    """
    for folder in (home / "data", FALLBACK / installation):
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise StackError(f"{folder} cannot be removed: {error.strerror}; is a server still running?") from error
