"""Rows of typed relationships between entities. Pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import RelationshipUpdate
from workbench.graph.epoch import epoch, maybe_epoch
from workbench.graph.vocabulary import graph_type

Row = dict[str, Any]


def relationship_key(update: RelationshipUpdate) -> str:
    """Identity in the graph: id, type and both ends, so that ids of two producers that collide stay two."""
    parts = (update.relationship_id, update.relationship_type, update.from_entity_id, update.to_entity_id)
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode(errors="surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return digest.hexdigest()[:32]


@dataclass(slots=True)
class RelationshipRows:
    """Rows of ``relationship.*`` events, one per relationship of the batch."""

    relationships: dict[str, Row] = field(default_factory=dict)

    def _row(self, update: RelationshipUpdate) -> Row:
        key = relationship_key(update)
        row = self.relationships.get(key)
        if row is None:
            row = {
                "relationship_key": key,
                "graph_type": graph_type(update.relationship_type),
                "from_entity_id": update.from_entity_id,
                "to_entity_id": update.to_entity_id,
                "valid_from": None,
                "valid_to": None,
                "deleted_at": None,
                "properties": {
                    "relationship_key": key,
                    "relationship_id": update.relationship_id,
                    "relationship_type": update.relationship_type,
                },
            }
            self.relationships[key] = row
        return row

    def describe(
        self, event: Event, update: RelationshipUpdate, *, at: datetime, until: datetime | None, key: str
    ) -> None:
        """Evidence and validity as of `at`; the greatest key wins."""
        row = self._row(update)
        properties = row["properties"]
        if key <= properties.get("description_key", ""):
            return
        row["valid_from"], row["valid_to"] = epoch(at), maybe_epoch(until)
        evidence = update.evidence
        properties |= {
            "description_key": key,
            "event_id": event.event_id,
            "message_id": evidence.message_id if evidence else None,
            "start": evidence.start if evidence else None,
            "end": evidence.end if evidence else None,
            "text": evidence.text if evidence else None,
            "confidence": evidence.confidence if evidence else None,
            "method": evidence.method if evidence else None,
        }

    def delete(self, update: RelationshipUpdate, *, at: datetime) -> None:
        """A tombstone; the latest one stays."""
        row, when = self._row(update), epoch(at)
        if row["deleted_at"] is None or row["deleted_at"] < when:
            row["deleted_at"] = when

    def sources(self) -> list[str]:
        """Ids of the entities that relationships start from, each once, in order."""
        return sorted({row["from_entity_id"] for row in self.relationships.values()})

    def split(self, known: set[str]) -> tuple[list[Row], list[Row]]:
        """Rows of relationships that the graph does not have, and of those that it has."""
        new: list[Row] = []
        changed: list[Row] = []
        for key, row in self.relationships.items():
            (changed if key in known else new).append(row)
        return new, changed
