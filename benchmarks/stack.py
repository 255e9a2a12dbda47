"""Stop and start the warm stack: time against its slowest server alone, and memory at rest."""

import time

from benchmarks.figures import Figure
from workbench.settings import Settings, load_settings
from workbench.stack.control import start_stack, stop_stack
from workbench.stack.registry import SERVERS
from workbench.stack.status import stack_status


def _up(only: list[str]) -> float:
    started = time.monotonic()
    start_stack(load_settings(), only=only)
    return time.monotonic() - started


def run(settings: Settings, *, large: bool) -> list[Figure]:
    rounds = 5 if large else 2
    single: dict[str, list[float]] = {name: [] for name in SERVERS}
    together: list[float] = []
    down: list[float] = []
    for _ in range(rounds):
        for name in SERVERS:
            stop_stack(load_settings())
            single[name].append(_up([name]))
        stop_stack(load_settings())
        together.append(_up([]))
        started = time.monotonic()
        stop_stack(load_settings())
        down.append(time.monotonic() - started)
    start_stack(load_settings())
    time.sleep(5)  # at rest: after start-up work has ended
    memory = sum(status.memory_bytes or 0 for status in stack_status(load_settings())) / 2**30
    medians = {name: sorted(times)[len(times) // 2] for name, times in single.items()}
    slowest = max(medians, key=lambda name: medians[name])
    anchor = f"slowest single server ({slowest})"
    return [
        Figure("up, warm", sorted(together)[rounds // 2], "s", anchor, medians[slowest], 1.5, True),
        Figure("down", sorted(down)[rounds // 2], "s"),
        Figure("memory at rest", memory, "GiB", reach=1.2, lower_is_better=True),
    ]
