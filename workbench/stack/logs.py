"""Read the servers' log files."""

import os
from pathlib import Path

_TAIL_BYTES = 64 * 2**10


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
