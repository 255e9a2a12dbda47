"""The whole ``workbench run`` in its default size, as a process of its own, on a warm stack of its own.

Other benchmarks leave records behind that no outbox has produced; a run ends by accounting for every event.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import Figure
from workbench.settings import Settings, load_settings
from workbench.stack.account import remove_data
from workbench.stack.control import start_stack, stop_stack
from workbench.stack.credentials import credentials
from workbench.stack.layout import Layout


@contextmanager
def _warm_stack(beside: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=beside, prefix="main-job-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        own = load_settings(WORKBENCH_HOME=str(home))
        start_stack(own)
        try:
            yield home
        finally:
            stop_stack(own)
            remove_data(home, credentials(Layout(home))["installation"])


def _run(home: Path, conversations: int, calls: int, *, notebooks: bool) -> float:
    arguments = [
        "run",
        "--conversations",
        str(conversations),
        "--calls",
        str(calls),
        "--reports",
        str(home / "reports"),
    ]
    arguments += [] if notebooks else ["--no-notebooks"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *arguments],
        env={**os.environ, "WORKBENCH_HOME": str(home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return time.monotonic() - started


def run(settings: Settings, *, large: bool) -> list[Figure]:
    with _warm_stack(settings.home.parent) as home:
        seconds = _run(home, 300, 20_000, notebooks=True)
        name = "workbench run, 300 conversations and 20,000 calls"
        figures = [Figure(name, seconds, "s", reach=180, lower_is_better=True)]
        if large:
            small, big = _run(home, 0, 10_000, notebooks=False), _run(home, 0, 1_000_000, notebooks=False)
            name, anchor = "µs an event at 1,000,000 calls", "at 10,000 calls"
            figures.append(Figure(name, big, "µs", anchor, small * 100, 1.25, True))
    return figures
