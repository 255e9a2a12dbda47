"""Write a batch although one of its notes is poison."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from workbench.errors import StoreRefusedError

Note = dict[str, Any]


class Sink(Protocol):
    """Writes notes into Neo4j: all of them in one transaction, or none."""

    def write(self, notes: Sequence[Note]) -> None:
        """Raises ``StoreRefusedError`` when Neo4j refuses a note: the whole batch is rolled back, and would be refused
        again for ever. Raises ``StoreUnavailableError`` when Neo4j is not there: the same batch may be taken later.
        """


def write_batch(sink: Sink, notes: Sequence[Note], dead_letter: Callable[[Note, str], None]) -> None:
    """Write every note that Neo4j takes, in order, and give each refused one to ``dead_letter(note, reason)``.

    The worker calls this once for each batch that it has read from Kafka. When it returns, the batch is done with and
    the offsets move on; when it raises, the worker waits and calls it again with the same notes.

    Parameters
    ----------
    sink : Sink
    notes : sequence of dict
        ``note_id``, ``about`` and ``written_at``; a later note about the same thing replaces an earlier one.
    dead_letter : callable
        Takes one note, and why it was refused.
    """
    # TODO: one poisoned note must not stop the others; split what is refused until it stands alone
    sink.write(notes)
