"""Run a learner's Cypher: read-only, with a deadline."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.course.checks.verdict import NotYetError
from workbench.errors import SinkBackpressureError, StoreRefusedError, StoreUnavailableError
from workbench.graph.driver import open_driver
from workbench.graph.faults import translated
from workbench.settings import Settings

DEADLINE_S = 10.0
"""A query on the check's few nodes takes milliseconds; one that takes longer reads the whole graph many times."""

_MESSAGE = re.compile(r"\{message: ([^}]*)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query gave, or why it did not.

    Parameters
    ----------
    columns : tuple of str
    rows : list of tuple
    refused : str
        Why the store did not run it; empty when it did.
    store : str
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    refused: str = ""
    store: str = "Neo4j"

    def require(self, columns: tuple[str, ...]) -> None:
        """Nothing when the store ran the query and it gave these columns, in this order.

        Raises
        ------
        NotYetError
            With a sentence for the learner.
        """
        if self.refused:
            raise NotYetError(f"{self.store} does not run your query.", [self.refused])
        if self.columns != columns:
            raise NotYetError(
                f"The query must return the columns {', '.join(columns)}, in this order.",
                [f"yours: {', '.join(self.columns)}"],
            )


def _said(error: Exception) -> str:
    """What Neo4j says, without the codes around it and without its list of all keywords."""
    found = _MESSAGE.search(str(error))
    text = found.group(1) if found else str(error).removeprefix("Neo4j cannot run the query: ")
    return text.split(": expected")[0]


def run_cypher(settings: Settings, path: Path, **parameters: Any) -> Answer:
    """Run the query of a file in a transaction that can only read.

    Raises
    ------
    StoreUnavailableError, SinkBackpressureError
        When Neo4j does not answer, or has too much to do.
    """
    text = path.read_text(encoding="utf-8")
    try:
        with open_driver(settings) as driver, translated("run the query"):
            with driver.session(database=settings.neo4j.database, default_access_mode="READ") as session:
                with session.begin_transaction(timeout=DEADLINE_S) as transaction:
                    result = transaction.run(text, parameters)
                    columns = tuple(result.keys())
                    return Answer(columns, tuple(tuple(row.values()) for row in result))
    except StoreRefusedError as error:
        return Answer(refused=_said(error))
    except SinkBackpressureError as error:
        if "TransactionTimedOut" in str(error):
            return Answer(refused=f"it runs longer than {DEADLINE_S:g} s; begin at what its parameters name")
        raise
    except StoreUnavailableError as error:
        if "Transaction" in str(error) or "writ" in str(error).lower():
            return Answer(refused=_said(error))
        raise
