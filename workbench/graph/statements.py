"""Statements of one transaction: those that only write are sent without waiting, so that rows of the next one are made
and packed while the server works. The server takes them in order; an error shows at the next answer, at last at commit.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from neo4j import ManagedTransaction

from workbench.graph.driver import query_text

PART_ROWS = 500
"""Rows a statement: enough to hide its fixed cost, few enough that packing one part overlaps with writing another."""

Row = dict[str, Any]


class Statements:
    """Runs query files of ``write/``, each with one list of rows; an empty list sends nothing."""

    def __init__(self, transaction: ManagedTransaction) -> None:
        self._transaction = transaction

    def write(self, name: str, **rows: Iterable[Any]) -> None:
        """Send a statement that gives no rows, in parts; rows are made as they are sent."""
        ((parameter, given),) = rows.items()
        left = iter(given)
        while part := list(islice(left, PART_ROWS)):
            self._transaction.run(query_text(f"write/{name}"), {parameter: part})

    def rows(self, name: str, **rows: Sequence[Any]) -> list[Row]:
        """Rows that a statement gives."""
        ((parameter, given),) = rows.items()
        if not given:
            return []
        return self._transaction.run(query_text(f"write/{name}"), {parameter: given}).data()
