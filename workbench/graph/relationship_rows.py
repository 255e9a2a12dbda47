"""Rows of typed relationships between entities. Pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import RelationshipUpdate
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
                "fixed": {
                    "relationship_key": key,
                    "relationship_id": update.relationship_id,
                    "relationship_type": update.relationship_type,
                },
                "description": None,
                "deleted_at": None,
            }
            self.relationships[key] = row
        return row

    def describe(
        self, event: Event, update: RelationshipUpdate, *, at: datetime, until: datetime | None, key: str
    ) -> None:
        """Evidence and validity as of `at`; the greatest key wins."""
        row = self._row(update)
        if row["description"] is not None and key <= row["description"]["description_key"]:
            return
        evidence = update.evidence
        row["description"] = {
            **row["fixed"],
            "description_key": key,
            "event_id": event.event_id,
            "valid_from": at,
            "valid_to": until,
            "message_id": evidence.message_id if evidence else None,
            "start": evidence.start if evidence else None,
            "end": evidence.end if evidence else None,
            "text": evidence.text if evidence else None,
            "confidence": evidence.confidence if evidence else None,
            "method": evidence.method if evidence else None,
        }

    def delete(self, update: RelationshipUpdate, *, at: datetime) -> None:
        """A tombstone; the latest one stays."""
        row = self._row(update)
        row["deleted_at"] = at if row["deleted_at"] is None else max(row["deleted_at"], at)

    def new(self, known: set[str]) -> list[Row]:
        """Rows of relationships that the graph does not have."""
        return [
            {
                "graph_type": row["graph_type"],
                "from_entity_id": row["from_entity_id"],
                "to_entity_id": row["to_entity_id"],
                "properties": {**(row["description"] or row["fixed"]), "deleted_at": row["deleted_at"]},
            }
            for key, row in self.relationships.items()
            if key not in known
        ]

    def changed(self, known: set[str]) -> list[Row]:
        """Rows of relationships that the graph has."""
        return [
            {name: value for name, value in row.items() if name != "fixed"}
            for key, row in self.relationships.items()
            if key in known
        ]
