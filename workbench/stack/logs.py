"""Read the servers' log files: five formats, one shape."""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

LARGEST_LOG_BYTES = 32 * 2**20
"""A log that is larger when its server starts is set aside; the one set aside before is deleted."""

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_TAIL_BYTES = 64 * 2**10
_LEVEL_OF = {
    "TRACE": "DEBUG", "DEBUG": "DEBUG", "TEST": "DEBUG", "WARN": "WARNING", "WARNING": "WARNING", "W": "WARNING",
    "ERROR": "ERROR", "E": "ERROR", "FATAL": "ERROR", "F": "ERROR", "PANIC": "ERROR", "CRITICAL": "ERROR",
}  # fmt: skip
_DATED = re.compile(
    r'^(?:\{.*?"time(?:stamp)?": ?")?(?P<day>\d{4}[-.]\d\d[-.]\d\d)[T ](?P<time>\d\d:\d\d:\d\d(?:\.\d+)?)\S*'
    r"(?: UTC)?(?: \[\s*\d+\s*\])?(?: \{[^}]*\})? ?<?(?P<level>[A-Za-z]+)?"
)
_GLOG = re.compile(r"^(?P<level>[IWEF])(?P<month>\d\d)(?P<day>\d\d) (?P<time>\d\d:\d\d:\d\d\.\d+)")
_JSON_LEVEL = re.compile(r'"level": ?"(\w+)"')


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One message of a log, with the lines that belong to it.

    Parameters
    ----------
    time : datetime or None
        UTC; None for lines before the first that carries a time.
    level : {"DEBUG", "INFO", "WARNING", "ERROR"}
    text : str
        As written; several lines for a stack trace.
    """

    time: datetime | None
    level: str
    text: str


def _moment(day: str, time: str) -> datetime:
    clock, _, fraction = time.partition(".")
    whole = datetime.strptime(f"{day} {clock}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    return whole.replace(microsecond=int(f"{fraction[:6]:0<6}") if fraction else 0)


def parse_line(line: str, *, year: int) -> LogEntry | None:
    """The entry that a line begins; None when the line continues the one before.

    Parameters
    ----------
    line : str
    year : int
        For the format that leaves it out.

    Examples
    --------
    >>> parse_line("W0131 12:00:00.5 master.go:9] slow", year=2026).level
    'WARNING'
    """
    found = _GLOG.match(line)
    if found:
        day = f"{year}-{found['month']}-{found['day']}"
    else:
        found = _DATED.match(line)
        if not found:
            return None
        day = found["day"].replace(".", "-")
    word = found["level"] or ""
    if line.startswith("{") and (level := _JSON_LEVEL.search(line)):
        word = level[1]
    try:
        return LogEntry(_moment(day, found["time"]), _LEVEL_OF.get(word.upper(), "INFO"), line)
    except ValueError:  # looks like a date and is none
        return None


def entries(lines: Iterable[str], *, year: int) -> Iterator[LogEntry]:
    """Group lines into entries."""
    current: LogEntry | None = None
    for line in lines:
        begun = parse_line(line, year=year)
        if begun is None and current is not None:
            current = replace(current, text=f"{current.text}\n{line}")
            continue
        if current is not None:
            yield current
        current = begun or LogEntry(None, "INFO", line)
    if current is not None:
        yield current


def read_log(
    path: Path, *, since: datetime | None = None, level: str = "DEBUG", match: str | None = None
) -> Iterator[LogEntry]:
    """Entries of a log file, oldest first.

    Parameters
    ----------
    path : Path
        A file that does not exist has no entries.
    since : datetime, optional
        Leave out what is older; inclusive. Entries without a time are left out, too.
    level : {"DEBUG", "INFO", "WARNING", "ERROR"}
        Leave out what is less.
    match : str, optional
        Regular expression, without regard to case, that the text must hold.

    Raises
    ------
    re.error
        When `match` is not a regular expression.
    """
    wanted = re.compile(match, re.IGNORECASE) if match else None
    with contextlib.suppress(FileNotFoundError), path.open(encoding="utf-8", errors="replace") as file:
        year = datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, tz=UTC).year
        for entry in entries((line.rstrip("\n") for line in file), year=year):
            if since is not None and (entry.time is None or entry.time < since):
                continue
            if LEVELS.index(entry.level) >= LEVELS.index(level) and (wanted is None or wanted.search(entry.text)):
                yield entry


def log_files(folder: Path, name: str) -> list[Path]:
    """A server's log files: what its process printed, and what it writes itself."""
    return sorted([*folder.glob(f"{name}.log"), *folder.glob(f"{name}-*.log"), *(folder / name).glob("*.log")])


def last_lines(path: Path, count: int) -> list[str]:
    """The last lines that are not empty; none when there is no such file."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-count:]


def last_words(folder: Path, name: str, count: int = 3) -> list[str]:
    """The last lines, each once, of the log that a server wrote to most recently."""
    files = sorted(log_files(folder, name), key=lambda path: path.stat().st_mtime)
    return list(dict.fromkeys(last_lines(files[-1], count))) if files else []


def rotate(path: Path) -> None:
    """Set a large log aside."""
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size > LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
