"""What each running worker does right now: one small JSON file a worker, replaced as a whole, read by anybody.

``WORKBENCH_HOME/run/progress/<hop>-<pid>.json``. A worker writes it every second and removes it when it ends; one
that was killed leaves it behind, and it says by its time that nobody writes it any more.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import structlog

from workbench.clock import Clock, Monotonic, monotonic_s, utc_now
from workbench.settings import Settings
from workbench.stream.metering import Meter

EVERY_S = 1.0
"""Seconds between two reports."""

SILENT_S = 30.0
"""A worker whose report is older is frozen or was killed; a claim at a store that hangs can take some ten seconds."""

_log = structlog.get_logger(__name__)


class WorkerProgress(msgspec.Struct, frozen=True, kw_only=True):
    """One worker of one hop, as it reported itself.

    Parameters
    ----------
    hop : str
    pid : int
    state : str
        ``joining`` its group, ``reading``, ``holding`` because its store asked for it or is gone, ``paused`` by a
        command, ``no kafka``; from `read_progress` also ``silent`` (no report for `SILENT_S`) and ``gone`` (its
        process does not exist).
    started_at, reported_at : datetime
    partitions : int
        Topic partitions that it reads.
    events : int
        Records committed since it started, dead letters among them.
    dead_letters : int
    events_per_s : float
        Committed, over the last ten seconds.
    lag_events : int or None
        Records in Kafka that its store does not have; None while it is not known.
    batch_events : int
        Most records that the next commit may have now; between `batch_least` and `batch_most`.
    batch_least, batch_most : int
    last_batch_events : int
        What the last commit had.
    last_commit_s : float or None
        How long it took, in seconds.
    buffered_events : int
        Read and not committed.
    hold_reason : str
        What the store, or Kafka, said last when it did not take or give records; empty when all is well.
    spent_s : mapping
        Stage (poll, decode, commit) -> seconds since the start; commits run beside the others.
    """

    hop: str
    pid: int
    state: str
    started_at: datetime
    reported_at: datetime
    partitions: int = 0
    events: int = 0
    dead_letters: int = 0
    events_per_s: float = 0.0
    lag_events: int | None = None
    batch_events: int = 0
    batch_least: int = 0
    batch_most: int = 0
    last_batch_events: int = 0
    last_commit_s: float | None = None
    buffered_events: int = 0
    hold_reason: str = ""
    spent_s: Mapping[str, float] = msgspec.field(default_factory=dict)

    def record(self) -> dict[str, object]:
        """Plain values, times as RFC 3339 text."""
        found: dict[str, object] = msgspec.to_builtins(self)
        return found


def progress_folder(settings: Settings) -> Path:
    """Where the reports are."""
    return settings.home / "run" / "progress"


class ProgressReporter:
    """Writes the report of one worker.

    Parameters
    ----------
    settings : Settings
    hop : str
    meter : Meter
    clock : callable
        Monotonic seconds.
    now : callable
    """

    def __init__(
        self, settings: Settings, hop: str, *, meter: Meter, clock: Monotonic = monotonic_s, now: Clock = utc_now
    ) -> None:
        self._folder = progress_folder(settings)
        self._path = self._folder / f"{hop}-{os.getpid()}.json"
        self._hop = hop
        self._meter = meter
        self._clock = clock
        self._now = now
        self._started_at = now()
        self._next_at = clock()
        self._failed = False
        self._opened = False

    def due(self) -> bool:
        """Whether it is time for the next report."""
        return self._clock() >= self._next_at

    def report(
        self,
        state: str,
        *,
        partitions: int = 0,
        lag_events: int | None = None,
        batch: tuple[int, int, int] = (0, 0, 0),
        buffered_events: int = 0,
        hold_reason: str = "",
    ) -> None:
        """Write a report; `batch` is the size now, the least and the most. A disk that is full stops no worker."""
        meter = self._meter
        self._next_at = self._clock() + EVERY_S
        report = WorkerProgress(
            hop=self._hop,
            pid=os.getpid(),
            state=state,
            started_at=self._started_at,
            reported_at=self._now(),
            partitions=partitions,
            events=meter.events,
            dead_letters=meter.dead_letters,
            events_per_s=round(meter.events_per_s(), 1),
            lag_events=lag_events,
            batch_events=batch[0],
            batch_least=batch[1],
            batch_most=batch[2],
            last_batch_events=meter.last_batch_events,
            last_commit_s=meter.last_commit_s,
            buffered_events=buffered_events,
            hold_reason=hold_reason,
            spent_s={stage: round(seconds, 3) for stage, seconds in meter.spent_s.items()},
        )
        try:
            self._replace(msgspec.json.encode(report))
        except OSError as error:
            if not self._failed:
                _log.warning("progress not written", hop=self._hop, reason=str(error))
            self._failed = True

    def _replace(self, content: bytes) -> None:
        if not self._opened:
            self._folder.mkdir(parents=True, exist_ok=True)
            _remove_of_the_gone(self._folder)
            self._opened = True
        part = self._path.with_suffix(f".{id(self)}.part")  # two workers of one process have one report
        part.write_bytes(content)
        part.replace(self._path)
        self._failed = False

    def close(self) -> None:
        """Remove the report: the worker ends in good order."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def read_progress(settings: Settings, *, now: Clock = utc_now) -> list[WorkerProgress]:
    """The workers of this installation, by hop and process id; those that were killed say ``gone``.

    Reading changes nothing and contacts no server.

    Parameters
    ----------
    settings : Settings
    now : callable
    """
    found: list[WorkerProgress] = []
    for path in sorted(progress_folder(settings).glob("*.json")):
        try:
            report = msgspec.json.decode(path.read_bytes(), type=WorkerProgress)
        except FileNotFoundError:  # it ended between the list and the look
            continue
        except (msgspec.DecodeError, UnicodeDecodeError):  # of another version of this program
            _log.info("not a report of progress", file=path.name)
            continue
        age_s = (now() - report.reported_at.astimezone(UTC)).total_seconds()
        if not _exists(report.pid):
            report = msgspec.structs.replace(report, state="gone", events_per_s=0.0)
        elif age_s > SILENT_S:
            report = msgspec.structs.replace(report, state="silent", events_per_s=0.0)
        found.append(report)
    return found


def _remove_of_the_gone(folder: Path) -> None:
    for path in folder.glob("*.json"):
        pid = path.stem.rpartition("-")[2]
        if pid.isdigit() and not _exists(int(pid)):
            path.unlink(missing_ok=True)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # of another account: it is there
        return True
    return True
