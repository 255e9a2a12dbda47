"""Entities of a transaction into the graph, in the one order in which every writer locks them."""

from collections.abc import Iterable

from workbench.graph.entity_rows import EntityKey, EntityRows
from workbench.graph.statements import Row, Statements


def apply(statements: Statements, entities: EntityRows, homes: set[EntityKey]) -> None:
    """Write entities with their mentions, and lock those that slots belong to.

    Writing an entity locks it, too: only where slots belong to others, all must be locked beforehand.

    Parameters
    ----------
    statements : Statements
    entities : EntityRows
    homes : set of (tenant id, entity id)
        Entities whose slots are about to be read.
    """
    if homes:
        statements.write("lock_entities", entities=_key_rows(homes | entities.seen.keys()))
    statements.write("entities", entities=entities.rows())
    named = [row | {"recorded_at": entities.named[key]} for key, row in _by_key(entities.named.keys())]
    statements.write("named_entities", entities=named)
    if made := homes & entities.named.keys():
        statements.write("lock_entities", entities=_key_rows(made))  # another writer may have made them a moment ago


def _by_key(keys: Iterable[EntityKey]) -> list[tuple[EntityKey, Row]]:
    return [(key, {"tenant_id": key[0], "entity_id": key[1]}) for key in sorted(keys)]


def _key_rows(keys: Iterable[EntityKey]) -> list[Row]:
    return [row for _, row in _by_key(keys)]
