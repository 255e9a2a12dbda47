"""Rows of entities that events name, and of the messages' mentions of them. Pure.

A mention describes its entity as long as nobody does it explicitly: the earliest one gives name and type, of several
at one time the smallest ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Mention
from workbench.events.tally import id_checksum
from workbench.graph.epoch import Epoch, epoch
from workbench.graph.limits import recorded_time
from workbench.graph.vocabulary import entity_labels

Row = dict[str, Any]
EntityKey = tuple[str, str]
"""Tenant and entity id."""


@dataclass(slots=True)
class EntityRows:
    """Rows of one transaction, one per entity.

    `seen` are entities that events describe or mention, `named` those that only links, merges and tombstones name:
    their nodes must be there, described or not.
    """

    seen: dict[EntityKey, Row] = field(default_factory=dict)
    named: dict[EntityKey, Epoch] = field(default_factory=dict)

    def name(self, tenant_id: str, entity_id: str, *, recorded_at: Epoch) -> None:
        """An entity that an event names: when the graph first heard of it is a minimum."""
        key = (tenant_id, entity_id)
        row = self.seen.get(key)
        if row is not None:
            row["recorded_at"] = min(row["recorded_at"], recorded_at)
        else:
            self.named[key] = min(self.named.get(key, recorded_at), recorded_at)

    def see(self, event: Event, update: EntityUpdate) -> Row:
        """The row of an entity that an event describes or mentions: first and last are minimum and maximum."""
        key, seen, recorded_at = (event.tenant_id, update.entity_id), epoch(event.occurred_at), _recorded(event)
        row = self.seen.get(key)
        if row is None:
            row = {
                "tenant_id": event.tenant_id,
                "entity_id": update.entity_id,
                "name": None,
                "entity_type": None,
                "valid_from": None,
                "labels": [],
                "first_seen_at": seen,
                "last_seen_at": seen,
                "recorded_at": min(recorded_at, self.named.pop(key, recorded_at)),
                "mentions": [],
            }
            self.seen[key] = row
        else:
            row["first_seen_at"] = min(row["first_seen_at"], seen)
            row["last_seen_at"] = max(row["last_seen_at"], seen)
            row["recorded_at"] = min(row["recorded_at"], recorded_at)
        for label in entity_labels(update.entity_type):
            if label not in row["labels"]:
                row["labels"].append(label)
        return row

    def mention(self, event: Event, update: EntityUpdate, mention: Mention, *, at: datetime, plain: bool) -> None:
        """Where a message names an entity, characters ``[start, end)``; `plain` when the event says nothing else."""
        row, since = self.see(event, update), epoch(at)
        if plain:
            _describe(row, update, since)
        row["mentions"].append((event, mention, since, plain))

    def rows(self) -> Iterator[Row]:
        """Rows of `seen` in order of their keys, so that two writers do not wait for each other; mentions made late."""
        for key in sorted(self.seen):
            row = self.seen[key]
            yield {**row, "mentions": [_mention_row(*one) for one in row["mentions"]]}

    def messages(self) -> set[str]:
        """Ids of the messages that mention entities."""
        return {mention.message_id for row in self.seen.values() for _, mention, *_ in row["mentions"]}


def _mention_row(event: Event, mention: Mention, since: Epoch, plain: bool) -> Row:
    return {
        "message_id": mention.message_id,
        "event_id": event.event_id,
        "event_type": None if plain else event.event_type,
        "checksum": id_checksum(event.event_id),
        "start": mention.start,
        "end": mention.end,
        "text": mention.text,
        "confidence": mention.confidence,
        "method": mention.method,
        "valid_from": since,
        "recorded_at": _recorded(event),
    }


def _describe(row: Row, update: EntityUpdate, since: Epoch) -> None:
    if row["valid_from"] is None or since < row["valid_from"]:
        row.update(name=update.name, entity_type=update.entity_type, valid_from=since)
    elif since == row["valid_from"]:
        row["name"] = min(row["name"], update.name)
        row["entity_type"] = min(row["entity_type"], update.entity_type)


def _recorded(event: Event) -> Epoch:
    return epoch(recorded_time(event))
