"""Events to the rows of one transaction. Pure: no order of events, no repetition and no grouping changes the graph.

Every property is one of: fixed by the id (a message has one event), a minimum or maximum, or follows from the set of
assertions in its slot (`workbench.graph.timeline`). Nothing is counted up, and no clock is asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import StoreRefusedError
from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Message, Payload, RelationshipUpdate
from workbench.graph.entity_rows import EntityRows
from workbench.graph.epoch import epoch
from workbench.graph.limits import check_envelope, check_ids, recorded_time, valid_time
from workbench.graph.message_rows import MessageRows
from workbench.graph.slots import Slot, describes, description_of, merge_of, relationship_of
from workbench.graph.timeline import Assertion

Row = dict[str, Any]


@dataclass(slots=True)
class GraphRows:
    """Rows of one transaction, ready for their query files, and the slots that its events speak of, by key."""

    messages: MessageRows = field(default_factory=MessageRows)
    entities: EntityRows = field(default_factory=EntityRows)
    slots: dict[str, Slot] = field(default_factory=dict)
    event_types: dict[str, str] = field(default_factory=dict)

    def claim(self, event: Event, slot: Slot, assertion: Assertion) -> None:
        """Put an assertion into its slot; the entity of the slot is named by it."""
        self.slots.setdefault(slot.key, slot).assertions[event.event_id] = assertion
        self.event_types[event.event_id] = event.event_type
        self.entities.name(slot.tenant_id, slot.entity_id, recorded_at=epoch(assertion.recorded_at))


def graph_rows(events: Iterable[tuple[Event, Payload]]) -> GraphRows:
    """Rows of events.

    Parameters
    ----------
    events : iterable of (Event, Payload)
        Each `event_id` once. Types that the graph does not keep are left out.

    Raises
    ------
    StoreRefusedError
        For content that the graph cannot hold.
    """
    rows = GraphRows()
    for event, payload in events:
        check_envelope(event)
        if isinstance(payload, Message):
            rows.messages.add(event, payload)
        elif isinstance(payload, EntityUpdate):
            _add_entity(rows, event, payload)
        elif isinstance(payload, RelationshipUpdate):
            _add_relationship(rows, event, payload)
    return rows


def _add_entity(rows: GraphRows, event: Event, update: EntityUpdate) -> None:
    check_ids(event, entity_id=update.entity_id)
    verb = event.event_type.rpartition(".")[2]
    if verb == "merged":
        _add_merge(rows, event, update)
        return
    if verb == "deleted":
        rows.claim(event, *description_of(event, update))
        return
    mention = update.mention
    explicit = describes(event, update)
    if mention is None:
        rows.entities.see(event, update)
    else:
        check_ids(event, message_id=mention.message_id)
        at = valid_time(event, update.valid_from)
        rows.entities.mention(event, update, mention, at=at, plain=not explicit)
    if explicit:
        rows.claim(event, *description_of(event, update))


def _add_merge(rows: GraphRows, event: Event, update: EntityUpdate) -> None:
    into = update.merged_into
    if not into:
        raise StoreRefusedError(
            f"event {event.event_id} merges {update.entity_id[:64]} into {into!r}; name the entity that it is the same"
            " as, or the entity itself to undo a merge"
        )
    check_ids(event, merged_into=into)
    rows.claim(event, *merge_of(event, update, into))
    rows.entities.name(event.tenant_id, into, recorded_at=epoch(recorded_time(event)))


def _add_relationship(rows: GraphRows, event: Event, update: RelationshipUpdate) -> None:
    check_ids(
        event,
        relationship_id=update.relationship_id,
        relationship_type=update.relationship_type,
        from_entity_id=update.from_entity_id,
        to_entity_id=update.to_entity_id,
    )
    if update.evidence is not None:
        check_ids(event, message_id=update.evidence.message_id)
    rows.claim(event, *relationship_of(event, update))
    rows.entities.name(event.tenant_id, update.to_entity_id, recorded_at=epoch(recorded_time(event)))
