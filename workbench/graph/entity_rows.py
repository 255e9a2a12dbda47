"""Rows of entities, their mentions, tombstones and merges. Pure."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Mention
from workbench.events.tally import id_checksum
from workbench.graph.epoch import epoch
from workbench.graph.vocabulary import entity_labels

Row = dict[str, Any]

PLAIN_MENTION = "entity.created"
"""The type of event that a mention without ``event_type`` comes from: nearly all do, so it is not written out."""


@dataclass(slots=True)
class EntityRows:
    """Rows of ``entity.*`` events: each list names an entity once, with its mentions inside its row.

    `linked` are entities that a link or a tombstone names: their nodes must be there, described or not.
    """

    described: dict[str, Row] = field(default_factory=dict)
    deletions: dict[str, Row] = field(default_factory=dict)
    merges: list[Row] = field(default_factory=list)
    linked: set[str] = field(default_factory=set)

    def describe(self, event: Event, update: EntityUpdate, *, at: datetime, key: str) -> None:
        """Name and type as of `at`; the greatest key wins. Labels only grow."""
        seen = epoch(event.occurred_at)
        row = self.described.get(update.entity_id)
        if row is None:
            row = {
                "entity_id": update.entity_id,
                "description_key": "",
                "labels": [],
                "first_seen_at": seen,
                "last_seen_at": seen,
                "mentions": [],
            }
            self.described[update.entity_id] = row
        if key > row["description_key"]:
            row.update(name=update.name, entity_type=update.entity_type, valid_from=epoch(at), description_key=key)
        if seen < row["first_seen_at"]:
            row["first_seen_at"] = seen
        if seen > row["last_seen_at"]:
            row["last_seen_at"] = seen
        for label in entity_labels(update.entity_type):
            if label not in row["labels"]:
                row["labels"].append(label)

    def mention(self, event: Event, update: EntityUpdate, mention: Mention, *, at: datetime) -> None:
        """Where a message names an entity that was just described."""
        self.described[update.entity_id]["mentions"].append(
            {
                "message_id": mention.message_id,
                "event_id": event.event_id,
                "valid_from": epoch(at),
                "properties": {
                    "event_type": None if event.event_type == PLAIN_MENTION else event.event_type,
                    "checksum": id_checksum(event.event_id),
                    "start": mention.start,
                    "end": mention.end,
                    "text": mention.text,
                    "confidence": mention.confidence,
                    "method": mention.method,
                },
            }
        )

    def delete(self, update: EntityUpdate, *, at: datetime) -> None:
        """A tombstone; the latest one stays, whatever is said of the entity later."""
        self.linked.add(update.entity_id)
        when = epoch(at)
        known = self.deletions.get(update.entity_id)
        if known is None or known["deleted_at"] < when:
            self.deletions[update.entity_id] = {"entity_id": update.entity_id, "deleted_at": when}

    def merge(self, event: Event, update: EntityUpdate, merged_into: str, *, at: datetime) -> None:
        """The entity is the same as another one."""
        self.linked.update((update.entity_id, merged_into))
        self.merges.append(
            {
                "entity_id": update.entity_id,
                "merged_into": merged_into,
                "event_id": event.event_id,
                "valid_from": epoch(at),
            }
        )
