"""Rows of entities, their mentions and their merges. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Mention
from workbench.graph.vocabulary import entity_labels

Row = dict[str, Any]


@dataclass(slots=True)
class EntityRows:
    """Rows of ``entity.*`` events: one row per entity of the batch, one per mention, one per merge."""

    entities: dict[str, Row] = field(default_factory=dict)
    mentions: list[Row] = field(default_factory=list)
    merges: list[Row] = field(default_factory=list)

    def ensure(self, entity_id: str) -> Row:
        """The entity's row; a new one says nothing but that the node is there."""
        row = self.entities.get(entity_id)
        if row is None:
            row = {"entity_id": entity_id, "labels": [], "properties": {}}
            self.entities[entity_id] = row
        return row

    def describe(self, event: Event, update: EntityUpdate, *, at: datetime, key: str) -> None:
        """Name and type as of `at`; the greatest key wins. Labels only grow."""
        row = self.ensure(update.entity_id)
        properties: Row = row["properties"]
        row["labels"] = sorted({*row["labels"], *entity_labels(update.entity_type)})
        if key > properties.get("description_key", ""):
            properties.update(name=update.name, entity_type=update.entity_type, valid_from=at, description_key=key)
        seen = event.occurred_at
        properties["first_seen_at"] = min(properties.get("first_seen_at", seen), seen)
        properties["last_seen_at"] = max(properties.get("last_seen_at", seen), seen)

    def delete(self, update: EntityUpdate, *, at: datetime) -> None:
        """A tombstone: the entity is gone unless it is seen later."""
        properties: Row = self.ensure(update.entity_id)["properties"]
        properties["deleted_at"] = max(properties.get("deleted_at", at), at)

    def mention(self, event: Event, update: EntityUpdate, mention: Mention, *, at: datetime) -> None:
        """Where a message names the entity."""
        self.mentions.append(
            {
                "entity_id": update.entity_id,
                "message_id": mention.message_id,
                "properties": {
                    "event_id": event.event_id,
                    "start": mention.start,
                    "end": mention.end,
                    "text": mention.text,
                    "confidence": mention.confidence,
                    "method": mention.method,
                    "valid_from": at,
                },
            }
        )

    def merge(self, event: Event, update: EntityUpdate, merged_into: str, *, at: datetime) -> None:
        """The entity is the same as another one."""
        self.ensure(update.entity_id)
        self.ensure(merged_into)
        self.merges.append(
            {
                "entity_id": update.entity_id,
                "merged_into": merged_into,
                "properties": {"event_id": event.event_id, "valid_from": at},
            }
        )
