"""All that the graph has of one entity, across sessions."""

import polars as pl

from workbench.graph.reading.answer import Dossier
from workbench.graph.reading.bounds import check_limit
from workbench.graph.reading.entities import known_entity
from workbench.graph.reading.reader import GraphReader, Reading

SAME_AS = "SAME_AS"


def dossier(reader: GraphReader, entity_id: str, *, tenant_id: str = "default", limit: int = 100) -> Dossier:
    """What sessions, people and models say of an entity, and what it is linked to now.

    Parameters
    ----------
    reader : GraphReader
    entity_id : str
        Any id of the entity, also a merged one.
    tenant_id : str
    limit : int
        Most rows of each frame, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Raises
    ------
    UsageError
        When the limit is out of range.
    NotFoundError
        When the graph has no such entity.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    check_limit(limit)

    def work(reading: Reading) -> Dossier:
        who = known_entity(reading, entity_id, tenant_id=tenant_id)
        which = {"tenant_id": tenant_id, "entity_ids": who.entity_ids}
        now = {"as_of": None, "known_at": None}
        links = {"min_confidence": 0.0, "link_limit": limit, **which, **now}
        found = reading.frame("entity_links", relationship_types=[], **links)
        return Dossier(
            who,
            reading.frame("entity_as_of", entity_id=who.canonical_id, **which, **now),
            reading.frame("entity_sessions", session_limit=limit, **which),
            reading.frame("entity_speakers", speaker_limit=limit, **which),
            found.filter(pl.col("relationship_type").str.to_uppercase() != SAME_AS),
            reading.frame("entity_links", relationship_types=[SAME_AS], **links),
            reading.reflects,
        )

    return reader.read("read an entity's dossier", work)
