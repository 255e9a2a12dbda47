"""Let dead letters flow again."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import EventError, FutureVersionError
from workbench.resilience.outbox import KeptLetter, Outbox


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of dead letters: ids that flow again, and those that cannot yet, with the reason."""

    sent: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def replay(outbox: Outbox, letters: Iterable[KeptLetter]) -> Replayed:
    """Queue the original records again as they stand, in the trace they came with, and mark their letters resolved.

    Every sink gets them, and those that have them already change nothing. One that is refused again
    becomes a new, unresolved letter, for it stands at another offset then. What this program cannot read
    (a newer schema version, bytes that are no event, a row of an import) stays unresolved.
    """
    sent: list[str] = []
    failed: list[tuple[str, str]] = []
    for letter in letters:
        why_not = _why_not(letter)
        if not why_not:
            try:
                sequence = outbox.resend(letter.original, traceparent=outbox.letters.traceparent(letter.dead_letter_id))
            except EventError as error:
                why_not = _unreadable(letter, error)
            else:
                outbox.resolve(letter.dead_letter_id, resolution=f"replayed as sequence {sequence}")
                sent.append(letter.dead_letter_id)
        if why_not:
            failed.append((letter.dead_letter_id, why_not))
    return Replayed(tuple(sent), tuple(failed))


def _why_not(letter: KeptLetter) -> str:
    if letter.status != "unresolved":
        return "it is resolved already"
    if letter.hop == "import":
        return "a row of a file: repair it there and import the file again"
    return ""


def _unreadable(letter: KeptLetter, error: EventError) -> str:
    """Sent as they are, these bytes would come back as the same dead letter; say what helps instead."""
    if isinstance(error, FutureVersionError):
        return str(error)
    return (
        f"its {len(letter.original)} bytes are no event that this program reads ({error}), and sent again they would"
        f" come back; have their producer send the event anew, and look at them with: workbench dlq show"
        f" {letter.dead_letter_id[:12]}"
    )
