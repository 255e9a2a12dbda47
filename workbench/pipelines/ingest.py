"""Import a log: rows to events to the outbox; bad rows to the dead letters; nothing in silence."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from workbench.events.envelope import Event
from workbench.events.redaction import Redactor
from workbench.pipelines.redact import redacted
from workbench.resilience.dead_letters import Refused
from workbench.resilience.ledger import Appended
from workbench.sources.rows import BadRow, Imported, Skipped

CHUNK_ROWS = 2_000
"""Rows a transaction of the outbox: enough that its cost per row is small, few enough to stay in memory."""

NOTHING_TAKEN_OUT = Redactor("off")

NAMED_ROWS = 20
"""How many bad rows the report names; all of them are among the dead letters."""


class Intake(Protocol):
    """Where events and refused rows go: the publisher."""

    def publish(self, events: Iterable[Event]) -> Appended:
        """Take events in, durably."""
        ...


class Letters(Protocol):
    """Where refused rows go."""

    def record(self, refused: list[Refused]) -> int:
        """Keep refused rows; gives how many were new."""
        ...


@dataclass(frozen=True, slots=True)
class Ingested:
    """What became of a file's rows.

    Parameters
    ----------
    rows : int
        Rows that were read, blank ones left out.
    added, repeated : int
        Events that were new, and that were known from an earlier import.
    skipped : int
        Rows that are no event of interest.
    bad : int
        Rows that became no event; they are among the dead letters.
    named : tuple of BadRow
        The first of them.
    """

    rows: int = 0
    added: int = 0
    repeated: int = 0
    skipped: int = 0
    bad: int = 0
    named: tuple[BadRow, ...] = ()

    def __add__(self, other: "Ingested") -> "Ingested":
        return Ingested(
            self.rows + other.rows,
            self.added + other.added,
            self.repeated + other.repeated,
            self.skipped + other.skipped,
            self.bad + other.bad,
            (self.named + other.named)[:NAMED_ROWS],
        )


def ingest(
    found: Iterator[Imported],
    intake: Intake,
    letters: Letters,
    *,
    source: str,
    redactor: Redactor = NOTHING_TAKEN_OUT,
    progress: Callable[[Ingested], None] = lambda so_far: None,
) -> Ingested:
    """Take in everything that a source yields.

    Parameters
    ----------
    found : iterator
        Events, bad rows and skipped rows, as a format's reader gives them.
    intake : Intake
    letters : Letters
    source : str
        Names the file in the dead letters, e.g. ``usage.jsonl``.
    redactor : Redactor
        Applied to every event, and to what is kept of a bad row.
    progress : callable
        Called after each chunk with what was done so far.
    """
    total = Ingested()
    while chunk := list(islice(found, CHUNK_ROWS)):
        events = [redacted(one, redactor) for one in chunk if isinstance(one, Event)]
        bad = [one for one in chunk if isinstance(one, BadRow)]
        letters.record(
            [Refused("import", one.reason, redactor.body(one.content), source=f"{source}:{one.line}") for one in bad]
        )
        appended = intake.publish(events)
        skipped = sum(isinstance(one, Skipped) for one in chunk)
        total += Ingested(len(chunk), appended.added, appended.repeated, skipped, len(bad), tuple(bad[:NAMED_ROWS]))
        progress(total)
    return total
