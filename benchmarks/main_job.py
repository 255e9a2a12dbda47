"""The whole ``workbench run`` in its default size, as a process of its own, installed and warm."""

import os
import subprocess
import sys
import tempfile
import time

from benchmarks.figures import Figure
from workbench.settings import Settings


def _run(settings: Settings, conversations: int, calls: int, *, notebooks: bool) -> float:
    with tempfile.TemporaryDirectory() as reports:
        arguments = ["run", "--conversations", str(conversations), "--calls", str(calls), "--reports", reports]
        arguments += [] if notebooks else ["--no-notebooks"]
        started = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "workbench", *arguments],
            env={**os.environ, "WORKBENCH_HOME": str(settings.home)}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return time.monotonic() - started


def run(settings: Settings, *, large: bool) -> list[Figure]:
    seconds = _run(settings, 300, 20_000, notebooks=True)
    figures = [
        Figure("workbench run, 300 conversations and 20,000 calls", seconds, "s", reach=180, lower_is_better=True)
    ]
    if large:
        small, big = _run(settings, 0, 10_000, notebooks=False), _run(settings, 0, 1_000_000, notebooks=False)
        figures.append(Figure("µs an event at 1,000,000 calls", big, "µs", "at 10,000 calls", small * 100, 1.25, True))
    return figures
