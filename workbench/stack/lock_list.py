"""Lock lists of jars: which files a server consists of, with sizes and hashes, and no address."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from workbench.errors import StackError

_FOLDER = Path(__file__).parent / "locks"


@dataclass(frozen=True, slots=True)
class Jar:
    """One line of a lock list."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str
    size_bytes: int

    @property
    def file_name(self) -> str:
        """Name of the file, in the repository and in the cache."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        return f"{self.artifact}-{self.version}{suffix}.jar"

    @property
    def path(self) -> str:
        """Path below a repository's base address."""
        return f"{self.group.replace('.', '/')}/{self.artifact}/{self.version}/{self.file_name}"


@dataclass(frozen=True, slots=True)
class LockList:
    """The jars of one server.

    Parameters
    ----------
    name : str
        Server and version, e.g. ``kafka-4.4.0``.
    sha256 : str
        Hash of the list itself; names the cache folder.
    jars : tuple of Jar
    """

    name: str
    sha256: str
    jars: tuple[Jar, ...]

    @property
    def key(self) -> str:
        """Name of the cache folder: changes whenever the list changes."""
        return f"{self.name}-{self.sha256[:12]}"

    @property
    def size_bytes(self) -> int:
        """Size of all jars together."""
        return sum(jar.size_bytes for jar in self.jars)


def parse_lock(name: str, text: str) -> LockList:
    """Read a lock list: per line, tab-separated, group, artifact, version, classifier, sha256, bytes.

    Raises
    ------
    StackError
        For a line that does not have these six fields, or an empty list.
    """
    jars: list[Jar] = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split("\t")
        if len(fields) != 6 or len(fields[4]) != 64 or not fields[5].isdigit():
            raise StackError(f"lock list {name}, line {number}: six fields are needed, got {line!r}; reinstall")
        jars.append(Jar(fields[0], fields[1], fields[2], fields[3], fields[4], int(fields[5])))
    if not jars:
        raise StackError(f"lock list {name} is empty; reinstall the package")
    return LockList(name, hashlib.sha256(text.encode()).hexdigest(), tuple(jars))


@lru_cache
def load_lock(name: str) -> LockList:
    """A lock list of this package.

    Raises
    ------
    StackError
        When there is none of that name, or it cannot be parsed.
    """
    try:
        text = (_FOLDER / f"{name}.lock").read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise StackError(f"no lock list {name} in {_FOLDER}; reinstall the package") from error
    return parse_lock(name, text)
