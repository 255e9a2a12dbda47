"""Link the entities of a tenant across sessions: read the graph, find links, tell what changed as events.

The events go through the outbox like every other, so that a rebuild from the lake has the same links.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.clock import Clock, utc_now
from workbench.events.codec import make_event
from workbench.events.envelope import Event, derived_event_id
from workbench.events.payloads import Mention, Properties, RelationshipUpdate
from workbench.graph.reading.linkable import Linkable, linkable
from workbench.graph.reading.reader import GraphReader
from workbench.linking import Link, link_entities
from workbench.linking.assemble import Occurrences, assemble
from workbench.linking.changes import Change, Told, changes
from workbench.linking.kinds import BY_FORM
from workbench.linking.stated import CUES, GAP_CHARS, states_one
from workbench.linking.weights import PRIOR
from workbench.settings import Settings

METHOD = "linking"
"""What the evidence of these links says; links of other methods are left alone."""

SOURCE = "linking"
"""Conversation, session and user of the events: nobody said so, it was concluded."""

READ_TIMEOUT_S = 120.0
"""A whole tenant is read, not a neighbourhood."""

_STATEMENT_CHARS = GAP_CHARS + 80  # two names and the words between them
_TEXT_CHARS = 300  # of a signal's value: two names of 512 characters explain no better


@dataclass(frozen=True, slots=True)
class LinkRun:
    """What one run found and told.

    Parameters
    ----------
    tenant_id : str
    entities, compared, links : int
        Entities read, pairs scored, links that hold now.
    changes : tuple of Change
        What differs from what was told before.
    events : tuple of Event
        The same as events.
    names : dict of str to str
        Entity id -> name, of the entities in `changes`.
    seconds : float
    """

    tenant_id: str
    entities: int
    compared: int
    links: int
    changes: tuple[Change, ...]
    events: tuple[Event, ...]
    names: dict[str, str]
    seconds: float

    def count(self, verb: str) -> int:
        """How many changes of a verb."""
        return sum(one.verb == verb for one in self.changes)


def find_links(settings: Settings, *, tenant_id: str = "default", clock: Clock = utc_now) -> LinkRun:
    """Compare the entities of a tenant; nothing is written. Publish the run's events to make it known.

    A second run over the same graph has no events; one that begins before the first one's events have reached the
    graph has the same events with the same ids, which the outbox knows.

    Raises
    ------
    StoreUnavailableError
        When Neo4j does not answer.
    """
    began = time.monotonic()
    with GraphReader(settings, timeout_s=READ_TIMEOUT_S) as reader:
        found = linkable(
            reader,
            tenant_id=tenant_id,
            method=METHOD,
            left_out_types=BY_FORM,
            cues=CUES,
            most_chars=_STATEMENT_CHARS,
        )
    entities = assemble(_occurrences(found), tenant_id=tenant_id)
    linked = link_entities(entities)
    told = [
        Told(
            row["from_entity_id"],
            row["to_entity_id"],
            row["holds"],
            row["score"],
            row["event_id"],
            row["valid_to"] or row["valid_from"],
        )
        for row in found.links
    ]
    due = changes(linked.links, told, compared={one.entity_id for one in entities})
    seen = {row["entity_id"]: row["first_seen_at"] for row in found.entities}
    named = {one.entity_id: one.name for one in entities}
    events = tuple(_event(one, tenant_id, seen, clock()) for one in due)
    names = {entity_id: named[entity_id] for one in due for entity_id in (one.left, one.right)}
    seconds = time.monotonic() - began
    return LinkRun(tenant_id, len(entities), linked.compared, len(linked.links), tuple(due), events, names, seconds)


def _occurrences(found: Linkable) -> Iterable[Occurrences]:
    called = {row["entity_id"]: (row["name"], *(row["aliases"] or ())) for row in found.entities}
    stated: dict[str, set[str]] = defaultdict(set)
    for row in found.statements:
        one, other = row["from_entity_id"], row["to_entity_id"]
        if one in called and other in called and states_one(row["text"], called[one], called[other]):
            stated[one].add(other)
            stated[other].add(one)
    for row in found.entities:
        sessions = zip(row["session_ids"], row["conversation_ids"], strict=True)
        spoken = ("\x1f".join(pair) for pair in sessions)  # a session may go through several conversations
        yield Occurrences(
            row["entity_id"],
            row["name"],
            row["entity_type"],
            tuple(zip(row["message_ids"], spoken, strict=True)),
            aliases=tuple(row["aliases"] or ()),
            stated=frozenset(stated.get(row["entity_id"], ())),
        )


def relationship_id_of(tenant_id: str, left: str, right: str) -> str:
    """Id of the link between two entities, whichever comes first.

    Examples
    --------
    >>> relationship_id_of("t", "a", "b") == relationship_id_of("t", "b", "a")
    True
    """
    key = "\x1f".join(("SAME_AS", tenant_id, *sorted((left, right))))
    return hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]


def _properties(link: Link) -> Properties:
    found: Properties = {"prior": f"{PRIOR:+.1f} bits"}
    for one in link.evidence:
        found[one.name] = f"{one.value[:_TEXT_CHARS]} ({one.bits:+.1f} bits)"
    return found


def _event(change: Change, tenant_id: str, seen: dict[str, Any], now: datetime) -> Event:
    """The event of a change. Its id follows from what was told before and what is told now, not from the time."""
    relationship_id = relationship_id_of(tenant_id, change.left, change.right)
    name, link, before = f"relationship.{change.verb}", change.link, change.before
    parts: Sequence[str] = (name, relationship_id, *(() if link is None else (f"{link.score:.4f}", link.explained())))
    update = RelationshipUpdate(
        relationship_id=relationship_id,
        relationship_type="SAME_AS",
        from_entity_id=change.left,
        to_entity_id=change.right,
        evidence=None
        if link is None
        else Mention(
            message_id="",  # no message says so
            start=0,
            end=0,
            text=link.explained()[:_TEXT_CHARS],
            confidence=link.score,
            method=METHOD,
        ),
        valid_from=max(seen[change.left], seen[change.right]) if before is None else before.since,
        properties=None if link is None else _properties(link),
    )
    return make_event(
        name,
        update,
        event_id=derived_event_id(before.event_id if before else relationship_id, *parts),
        occurred_at=now,
        conversation_id=SOURCE,
        session_id=SOURCE,
        user_id=SOURCE,
        tenant_id=tenant_id,
    )
