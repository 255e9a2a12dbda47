"""Which facts can contradict each other: each event of an entity or a relationship finds its slot. Pure.

Four kinds of slot, all of one tenant: the description of an entity; what an entity is merged into (a merge into
itself undoes); one relationship, told by its id, type and both ends; and, for types of which a thing has one at a
time (`EXCLUSIVE`), all its relationships of that type together.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Mention, RelationshipUpdate
from workbench.graph.limits import checked_aliases, properties_text, recorded_time, valid_interval
from workbench.graph.timeline import Assertion, Verb
from workbench.graph.vocabulary import EXCLUSIVE, graph_type

MERGED_INTO = "MERGED_INTO"

PLAIN_MENTION = "entity.created"
"""The type of event that a mention without ``event_type`` comes from; every other one is noted as applied, too."""

Kind = Literal["description", "merge", "relationship", "exclusive"]


@dataclass(frozen=True, slots=True)
class Slot:
    """Assertions that may contradict each other.

    Parameters
    ----------
    key : str
        32 hexadecimal digits.
    kind : {"description", "merge", "relationship", "exclusive"}
    tenant_id, entity_id : str
        The entity that the facts are about or start from; whoever writes the slot locks it.
    graph_type : str
        Type of the relationships in the graph; empty for a description.
    assertions : dict
        By event id.
    """

    key: str
    kind: Kind
    tenant_id: str
    entity_id: str
    graph_type: str = ""
    assertions: dict[str, Assertion] = field(default_factory=dict)


def digest(*parts: str) -> str:
    """32 hexadecimal digits that tell lists of texts apart."""
    found = hashlib.sha256()
    for part in parts:
        encoded = part.encode(errors="surrogatepass")
        found.update(len(encoded).to_bytes(8, "big"))
        found.update(encoded)
    return found.hexdigest()[:32]


def relationship_key(tenant_id: str, update: RelationshipUpdate) -> str:
    """Identity of a relationship: tenant, id, type and both ends, so that colliding ids of two producers stay two."""
    return digest(
        tenant_id, update.relationship_id, update.relationship_type, update.from_entity_id, update.to_entity_id
    )


def _evidence(evidence: Mention | None) -> dict[str, Any]:
    if evidence is None:
        return {}
    return {
        "message_id": evidence.message_id,
        "start": evidence.start,
        "end": evidence.end,
        "text": evidence.text,
        "confidence": evidence.confidence,
        "method": evidence.method,
    }


def _verb(event: Event) -> Verb:
    return cast(Verb, event.event_type.rpartition(".")[2])


def describes(event: Event, update: EntityUpdate) -> bool:
    """The event describes its entity explicitly, more than by a mention that names it."""
    more = update.aliases or update.properties or update.valid_to
    return update.mention is None or event.event_type != PLAIN_MENTION or more is not None


def description_of(event: Event, update: EntityUpdate) -> tuple[Slot, Assertion]:
    """The slot of an entity's description, and what the event says there.

    Raises
    ------
    StoreRefusedError
        For content that the graph cannot hold.
    """
    tenant, entity_id = event.tenant_id, update.entity_id
    since, until = valid_interval(event, update.valid_from, update.valid_to)
    verb = _verb(event)
    content: dict[str, Any] = {}
    if verb != "deleted":
        content = {
            "name": update.name,
            "entity_type": update.entity_type,
            "aliases": checked_aliases(event, update.aliases),
            "properties": properties_text(event, update.properties),
        }
    slot = Slot(digest("description", tenant, entity_id), "description", tenant, entity_id)
    return slot, Assertion(event.event_id, verb, since, until, recorded_time(event), content=content)


def merge_of(event: Event, update: EntityUpdate, merged_into: str) -> tuple[Slot, Assertion]:
    """The slot of what an entity is merged into, and what the event says there; into itself is a tombstone.

    Raises
    ------
    StoreRefusedError
        For content that the graph cannot hold.
    """
    tenant, entity_id = event.tenant_id, update.entity_id
    since, until = valid_interval(event, update.valid_from, update.valid_to)
    undone = merged_into == entity_id
    content = {
        "to_entity_id": merged_into,
        "row": {
            "tenant_id": tenant,
            "event_id": event.event_id,
            "properties": properties_text(event, update.properties),
        },
    }
    slot = Slot(digest("merge", tenant, entity_id), "merge", tenant, entity_id, MERGED_INTO)
    verb: Verb = "deleted" if undone else "created"
    until = None if undone else until
    return slot, Assertion(event.event_id, verb, since, until, recorded_time(event), content=content)


def relationship_of(event: Event, update: RelationshipUpdate) -> tuple[Slot, Assertion]:
    """The slot of a relationship, and what the event says there.

    Raises
    ------
    StoreRefusedError
        For content that the graph cannot hold.
    """
    tenant, source = event.tenant_id, update.from_entity_id
    since, until = valid_interval(event, update.valid_from, update.valid_to)
    kind = graph_type(update.relationship_type)
    key = relationship_key(tenant, update)
    content = {
        "to_entity_id": update.to_entity_id,
        "row": {
            "relationship_key": key,
            "relationship_id": update.relationship_id,
            "relationship_type": update.relationship_type,
            "tenant_id": tenant,
            "event_id": event.event_id,
            "properties": properties_text(event, update.properties),
            **_evidence(update.evidence),
        },
    }
    recorded_at = recorded_time(event)
    if kind in EXCLUSIVE:
        slot = Slot(digest("exclusive", tenant, kind, source), "exclusive", tenant, source, kind)
        return slot, Assertion(
            event.event_id, _verb(event), since, until, recorded_at, key, update.to_entity_id, content
        )
    slot = Slot(key, "relationship", tenant, source, kind)
    return slot, Assertion(event.event_id, _verb(event), since, until, recorded_at, content=content)
