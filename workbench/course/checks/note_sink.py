"""The sink of the exercise on poison messages: notes into Neo4j, a batch in one transaction."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbench.errors import CheckFailedError
from workbench.graph.driver import open_driver
from workbench.graph.faults import translated
from workbench.settings import Settings

MOST_WRITES = 64
"""Writes of one scenario; a batch of eight with two poisoned notes takes eleven when it is split in halves."""


class NoteSink:
    """Writes notes and counts how often it was asked to.

    Parameters
    ----------
    settings : Settings
    queries : Path
        Folder of ``write.cypher``, ``stored.cypher`` and ``remove.cypher``.
    run_id : str
        Marks the notes of one check.
    """

    def __init__(self, settings: Settings, queries: Path, *, run_id: str) -> None:
        self._database = settings.neo4j.database
        self._driver = open_driver(settings)
        self._queries = queries
        self._run_id = run_id
        self.writes = 0

    def write(self, notes: Sequence[dict[str, Any]]) -> None:
        """Write all notes or none.

        Raises
        ------
        StoreRefusedError
            When Neo4j refuses one of them.
        StoreUnavailableError
            When Neo4j does not answer.
        CheckFailedError
            When it was asked too often.
        """
        self.writes += 1
        if self.writes > MOST_WRITES:
            raise CheckFailedError(f"given up after {MOST_WRITES} writes")
        self._run("write", notes=list(notes))

    def stored(self) -> dict[str, str]:
        """What is about what: thing -> id of the note that Neo4j has of it."""
        rows: dict[str, str] = dict(self._run("stored"))
        return rows

    def remove(self) -> None:
        """Remove this check's notes."""
        self._run("remove")

    def close(self) -> None:
        """Give back connections."""
        self._driver.close()

    def _run(self, name: str, **parameters: Any) -> list[Any]:
        text = (self._queries / f"{name}.cypher").read_text(encoding="utf-8")
        with translated(f"{name} notes"), self._driver.session(database=self._database) as session:
            with session.begin_transaction() as transaction:
                rows = [tuple(row.values()) for row in transaction.run(text, run_id=self._run_id, **parameters)]
                transaction.commit()
                return rows
