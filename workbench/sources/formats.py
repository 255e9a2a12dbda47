"""The formats that can be imported, by name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from workbench.errors import SourceError, UsageError
from workbench.sources import aider, chitchat, llmperf
from workbench.sources.rows import Imported


class Reader(Protocol):
    """Reads a stream's rows in order; a bad row is yielded, never raised."""

    def __call__(
        self, stream: BinaryIO, *, as_of: datetime | None = None, tenant_id: str = "default"
    ) -> Iterator[Imported]:
        """Give events, bad rows and skipped rows in the stream's order."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its name on the command line, what it is, and how it is read."""

    name: str
    description: str
    read: Reader


FORMATS: dict[str, Format] = {
    module.NAME: Format(module.NAME, module.DESCRIPTION, module.read) for module in (aider, chitchat, llmperf)
}


def format_named(name: str) -> Format:
    """The format of that name.

    Raises
    ------
    UsageError
        When there is none.
    """
    if name not in FORMATS:
        raise UsageError(f"no format {name!r}; formats: {', '.join(FORMATS)}")
    return FORMATS[name]


def open_source(path: Path) -> BinaryIO:
    """An input file, opened for reading.

    Raises
    ------
    SourceError
        When it is missing, a folder, or not readable.
    """
    try:
        return path.open("rb")
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
