"""Worker processes that empty a full Kafka: how long it takes, what each stage and each process uses.

The workers are started paused and let go together, once they are members and have claimed: what is measured is
the stream, not the start of a Python process.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

from workbench.settings import Settings
from workbench.stack.layout import Layout
from workbench.stack.programs import Programs
from workbench.stack.state import read_state
from workbench.stream.control import PauseSwitch
from workbench.stream.progress import WorkerProgress, read_progress

JOIN_S = 120.0
RUN_S = 900.0
LOOK_S = 0.05
STAGES = ("poll", "decode", "commit")


@dataclass(frozen=True, slots=True)
class Drained:
    """One run.

    Parameters
    ----------
    events : int
        What the store had then.
    seconds : float
        From letting the workers go until the store had enough.
    reports : sequence of WorkerProgress
        What each worker said at the end.
    cpu : mapping
        ``workers`` and servers -> cores that they used on average.
    """

    events: int
    seconds: float
    reports: Sequence[WorkerProgress]
    cpu: Mapping[str, float]

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds

    def stages(self) -> str:
        """Each stage's share of the time that passed, by worker; commits run beside the others."""
        return "; ".join(
            ", ".join(f"{stage} {report.spent_s.get(stage, 0.0) / self.seconds:.0%}" for stage in STAGES)
            for report in self.reports
        )

    def cores(self) -> str:
        """Cores used."""
        return ", ".join(f"{name} {cores:.2f}" for name, cores in self.cpu.items())


def drain(
    settings: Settings,
    worker: str,
    hop: str,
    *,
    processes: int,
    partitions: int,
    enough: int,
    stored: Callable[[], int],
    servers: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> Drained:
    """Let workers empty Kafka.

    Parameters
    ----------
    settings : Settings
    worker, hop : str
        ``workbench worker <worker>``; the hop whose reports count.
    processes : int
    partitions : int
        Topic partitions of the hop; all are claimed before the start.
    enough : int
        So many events, and the run is over: leave out the last batch, which waits for its age.
    stored : callable
        How many events the store has.
    servers : sequence of str
        Whose CPU time is taken.
    environment : mapping, optional
        For the workers.
    """
    switch = PauseSwitch(settings, worker)
    switch.pause()
    environment = {"WORKBENCH_HOME": str(settings.home), "WORKBENCH_LOG_LEVEL": "WARNING", **(environment or {})}
    with Programs(settings.home / "bench-logs", environment=environment) as programs:
        pids = [programs.start(f"{worker}-{number}", ["worker", worker]) for number in range(processes)]

        def reports() -> list[WorkerProgress]:
            return [one for one in read_progress(settings) if one.hop == hop and one.pid in pids]

        _until(lambda: _ready(reports(), processes, partitions), f"{processes} workers have claimed", JOIN_S)
        watched = {"workers": pids} | {name: [_pid(settings, name)] for name in servers}
        before = {name: _cpu_s(found) for name, found in watched.items()}
        began = time.perf_counter()
        switch.resume()
        while (events := stored()) < enough:
            if time.perf_counter() - began > RUN_S:
                raise TimeoutError(f"{events} of {enough} events after {RUN_S:.0f} s")
            time.sleep(LOOK_S)
        seconds = time.perf_counter() - began
        said = reports()
        cpu = {name: (_cpu_s(found) - before[name]) / seconds for name, found in watched.items()}
        return Drained(events, seconds, said, cpu)


def _ready(reports: Sequence[WorkerProgress], processes: int, partitions: int) -> bool:
    return (
        len(reports) == processes
        and all(one.state == "paused" and one.partitions for one in reports)
        and sum(one.partitions for one in reports) == partitions
    )


def _until(condition: Callable[[], bool], what: str, timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {timeout_s:.0f} s: {what}")
        time.sleep(LOOK_S)


def _pid(settings: Settings, server: str) -> int:
    process = read_state(Layout(settings.home)).servers[server].process
    assert process is not None, f"{server} does not run here"
    return process.pid


def _cpu_s(pids: Sequence[int]) -> float:
    found = 0.0
    for pid in pids:
        process = psutil.Process(pid)
        for one in [process, *process.children(recursive=True)]:
            times = one.cpu_times()
            found += times.user + times.system
    return found
