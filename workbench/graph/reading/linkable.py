"""What the linker needs of the graph: entities with where they are named, statements, and the links there are."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from workbench.graph.reading.reader import GraphReader, Reading

MOST_MESSAGES = 200
"""Messages of one entity that are looked at: the surroundings of a popular one are known after a few dozen."""


@dataclass(frozen=True, slots=True)
class Linkable:
    """Rows of three queries, read in one transaction.

    Parameters
    ----------
    entities : list of dict
        As ``read/linkable_entities``.
    statements : list of dict
        As ``read/stated_names``.
    links : list of dict
        As ``read/linked_pairs``.
    """

    entities: list[dict[str, Any]]
    statements: list[dict[str, Any]]
    links: list[dict[str, Any]]


def linkable(
    reader: GraphReader,
    *,
    tenant_id: str,
    method: str,
    left_out_types: Collection[str],
    cues: Collection[str],
    most_chars: int,
) -> Linkable:
    """Read what may be linked.

    Parameters
    ----------
    reader : GraphReader
    tenant_id : str
    method : str
        Of the ``SAME_AS`` links to read, as their evidence says.
    left_out_types : collection of str
        Types of entities that are never linked.
    cues : collection of str
        Words of statements, in lower case.
    most_chars : int
        Longest statement.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """

    def work(reading: Reading) -> Linkable:
        return Linkable(
            reading.rows(
                "linkable_entities",
                tenant_id=tenant_id,
                left_out_types=sorted(left_out_types),
                message_limit=MOST_MESSAGES,
            ),
            reading.rows("stated_names", tenant_id=tenant_id, cues=sorted(cues), most_chars=most_chars),
            reading.rows("linked_pairs", tenant_id=tenant_id, method=method),
        )

    return reader.read("read what may be linked", work)
