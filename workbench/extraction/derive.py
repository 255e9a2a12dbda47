"""A message's entities and relationships as events, with ids that follow from the message's event."""

import hashlib

from workbench.events.codec import make_event
from workbench.events.envelope import Event, derived_event_id
from workbench.events.payloads import EntityUpdate, Mention, Message, RelationshipUpdate
from workbench.extraction.extractor import RULES, Extractor
from workbench.extraction.relationships import relationships
from workbench.extraction.spans import MENTION_TEXT_CHARS
from workbench.extraction.types import COMMON_NOUN_TYPES

_ONE_AT_A_TIME = frozenset({"WORKS_AT", "LIVES_IN"})
"""Types of which an entity has one target at a time, so that a new one retires the one before."""

_ASSERTED = 0.5
"""Least confidence of such a link: "left Acme" or "might join Acme" must not retire where somebody works."""


def _mention(event: Event, text: str, start: int, end: int, *, confidence: float, method: str) -> Mention:
    return Mention(
        message_id=event.event_id,
        start=start,
        end=end,
        text=text[start : min(end, start + MENTION_TEXT_CHARS)],
        confidence=confidence,
        method=method,
    )


def extract_events(event: Event, message: Message, *, extractor: Extractor = RULES) -> list[Event]:
    """What a message says about entities: ``entity.created`` per mention, ``relationship.created`` per link.

    Parameters
    ----------
    event : Event
        The ``message.added`` event; its id is the message's id and the cause of the derived ids.
    message : Message
        Its payload.
    extractor : Extractor
        Must give the same spans for the same text each time: a message may be extracted again.

    Returns
    -------
    list of Event
        The same for the same event, always; conversation, session, user, tenant and time are the message's.
    """
    text = message.text
    spans = [one for one in extractor.extract(text) if one.entity_type not in COMMON_NOUN_TYPES]

    def derived(name: str, payload: EntityUpdate | RelationshipUpdate, *parts: str) -> Event:
        return make_event(
            name,
            payload,
            event_id=derived_event_id(event.event_id, name, *parts),
            occurred_at=event.occurred_at,
            conversation_id=event.conversation_id,
            session_id=event.session_id,
            user_id=event.user_id,
            tenant_id=event.tenant_id,
        )

    found = [
        derived(
            "entity.created",
            EntityUpdate(
                entity_id=one.entity_id,
                entity_type=one.entity_type,
                name=one.name,
                mention=_mention(event, text, one.start, one.end, confidence=one.confidence, method=one.method),
                valid_from=event.occurred_at,
            ),
            one.entity_id,
            str(one.start),
            str(one.end),
        )
        for one in spans
    ]
    for link in relationships(text, spans):
        if link.relationship_type in _ONE_AT_A_TIME and link.confidence < _ASSERTED:
            continue
        key = "\x1f".join((event.event_id, link.relationship_type, link.source.entity_id, link.target.entity_id))
        relationship_id = hashlib.sha256(key.encode()).hexdigest()[:32]
        update = RelationshipUpdate(
            relationship_id=relationship_id,
            relationship_type=link.relationship_type,
            from_entity_id=link.source.entity_id,
            to_entity_id=link.target.entity_id,
            evidence=_mention(event, text, link.start, link.end, confidence=link.confidence, method=link.method),
            valid_from=event.occurred_at,
        )
        found.append(derived("relationship.created", update, relationship_id))
    return found
