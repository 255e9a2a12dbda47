"""Let dead letters flow again."""

from collections.abc import Iterable
from dataclasses import dataclass

from workbench.errors import EventError
from workbench.resilience.outbox import KeptLetter, Outbox


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of dead letters: ids that flow again, and those that cannot yet, with the reason."""

    sent: tuple[str, ...]
    failed: tuple[tuple[str, str], ...]


def replay(outbox: Outbox, letters: Iterable[KeptLetter]) -> Replayed:
    """Queue the original records again as they stand, and mark their letters resolved.

    Every sink gets them, and those that have them already change nothing. One that is refused again
    becomes a new, unresolved letter, for it stands at another offset then. What this program cannot read
    (a newer schema version, a row of an import) stays unresolved.
    """
    sent: list[str] = []
    failed: list[tuple[str, str]] = []
    for letter in letters:
        if letter.status != "unresolved":
            failed.append((letter.dead_letter_id, "it is resolved already"))
        elif letter.hop == "import":
            failed.append((letter.dead_letter_id, "a row of a file: repair it there and import the file again"))
        else:
            try:
                sequence = outbox.resend(letter.original)
            except EventError as error:
                failed.append((letter.dead_letter_id, str(error)))
            else:
                outbox.resolve(letter.dead_letter_id, resolution=f"replayed as sequence {sequence}")
                sent.append(letter.dead_letter_id)
    return Replayed(tuple(sent), tuple(failed))
