"""Which entity an id means: merges resolved, and an error that helps when there is none."""

from collections.abc import Mapping
from typing import Any

from workbench.errors import NotFoundError
from workbench.graph.reading.answer import Answer, EntityIds
from workbench.graph.reading.reader import GraphReader, Reading

_NOW: Mapping[str, Any] = {"as_of": None, "known_at": None}


def find_entity(reading: Reading, entity_id: str, *, tenant_id: str, at: Mapping[str, Any] = _NOW) -> EntityIds | None:
    """The entity that an id means; None when the graph has none.

    Parameters
    ----------
    reading : Reading
    entity_id : str
        Any id of the entity, also one that is merged into another.
    tenant_id : str
    at : mapping
        The moment at which merges are taken, see `workbench.graph.reading.bounds.times`.
    """
    found = reading.rows("entity_members", tenant_id=tenant_id, entity_id=entity_id, **at)
    return EntityIds(**found[0]) if found else None


def known_entity(
    reading: Reading, entity_id: str, *, tenant_id: str, at: Mapping[str, Any] = _NOW, deleted: bool = True
) -> EntityIds:
    """The same.

    Parameters
    ----------
    reading, entity_id, tenant_id, at
        As `find_entity`.
    deleted : bool
        Whether an entity that is deleted now will do.

    Raises
    ------
    NotFoundError
        When the graph has none, or only a deleted one and that will not do.
    """
    found = find_entity(reading, entity_id, tenant_id=tenant_id, at=at)
    if found is None:
        raise NotFoundError(
            f"the graph has no entity {entity_id[:100]!r} of tenant {tenant_id[:100]!r}; search for its name, or wait"
            " until the event that names it has come through Kafka"
        )
    if found.deleted_at is not None and not deleted and at == _NOW:
        raise NotFoundError(
            f"entity {entity_id[:100]!r} is deleted since {found.deleted_at.isoformat()}; ask for a time before, as_of"
        )
    return found


def answer_about(
    reader: GraphReader, entity_id: str, query: str, *, doing: str, tenant_id: str, **parameters: Any
) -> Answer:
    """Rows of a query about one entity, by all its ids: it takes ``tenant_id`` and ``entity_ids``.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
        Any id of the entity, also a merged one.
    query : str
        Name of the query file under ``queries/graph/read``.
    doing : str
        What is done, for an error's message.
    tenant_id : str
    **parameters
        The query's other parameters.

    Raises
    ------
    NotFoundError
        When the graph has no such entity.
    StoreUnavailableError
        When Neo4j does not answer.
    """

    def work(reading: Reading) -> Answer:
        ids = known_entity(reading, entity_id, tenant_id=tenant_id).entity_ids
        return reading.answer(query, tenant_id=tenant_id, entity_ids=ids, **parameters)

    return reader.read(doing, work)
