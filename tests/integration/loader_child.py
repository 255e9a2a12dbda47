"""Run one load in a process of its own that dies or freezes at a named place: ``python -m … HOME PLACE``.

Places: ``kill-before-progress`` (after the insert), ``freeze-before-insert`` (after the lease was checked).
The freeze is SIGSTOP to oneself; afterwards the process goes on as if nothing had happened.
"""

import dataclasses
import os
import signal
import sys
from pathlib import Path
from typing import Any

from workbench.pipelines import warehouse_load, warehouse_loader
from workbench.settings import load_settings


def _before(function: Any, number: int) -> Any:
    def signalled(*args: Any, **named: Any) -> Any:
        print("at the place", flush=True)
        os.kill(os.getpid(), number)
        return function(*args, **named)

    return signalled


def main() -> None:
    home, place = Path(sys.argv[1]), sys.argv[2]
    settings = load_settings(environ={}, directory=home, WORKBENCH_HOME=home)
    if place == "kill-before-progress":
        warehouse_loader.write_position = _before(warehouse_loader.write_position, signal.SIGKILL)
    else:
        first, *others = warehouse_loader.FEEDS
        stopping = dataclasses.replace(first, insert=_before(first.insert, signal.SIGSTOP))
        warehouse_loader.FEEDS = (stopping, *others)
    warehouse_load.load_available(settings)


if __name__ == "__main__":
    main()
