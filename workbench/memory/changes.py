"""What one event says about one memory, as a state of its own that is merged into what is known (pure)."""

from typing import NamedTuple

from workbench.clock import as_utc
from workbench.events.envelope import Event
from workbench.events.payloads import MemoryUpdate, Scalar
from workbench.memory.clocks import Dot
from workbench.memory.record import METADATA, Key, Memory, Tombstone
from workbench.memory.registers import Register, Stamp, microseconds
from workbench.memory.tags import NO_DOT, TagSet

PLAIN_FIELDS = ("content", "importance", "memory_type", "category")
"""Fields of the payload that are registers of the same name."""


class Change(NamedTuple):
    """One event as a change: which memory, what it adds, and which event it is (None without a clock)."""

    key: Key
    memory: Memory
    dot: Dot | None


def time_us(event: Event, update: MemoryUpdate) -> int:
    """The write's place in wall time, microseconds since 1970.

    A time without a zone, which no sound producer writes, is taken as UTC.
    """
    when = update.updated_at or event.occurred_at
    when = as_utc(when) if when.tzinfo else when.replace(tzinfo=event.occurred_at.tzinfo)
    return microseconds(when)


def dot_of(update: MemoryUpdate) -> Dot | None:
    """Which of its node's events this is; None from producers without clocks."""
    counter = (update.vector_clock or {}).get(update.node_id, 0)
    return Dot(update.node_id, counter) if counter else None


def change_of(event: Event, update: MemoryUpdate) -> Change:
    """An event's change.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> from workbench.events.codec import make_event
    >>> made = MemoryUpdate(memory_id="m", node_id="a", content="likes tea", vector_clock={"a": 1})
    >>> event = make_event("memory.created", made, event_id="0" * 64, occurred_at=datetime(2026, 1, 31, tzinfo=UTC),
    ...     conversation_id="memory:a", session_id="s", user_id="u")
    >>> change = change_of(event, made)
    >>> change.key, change.dot, change.memory.value("content")
    (Key(tenant_id='default', user_id='u', memory_id='m'), Dot(node_id='a', counter=1), 'likes tea')
    """
    key = Key(event.tenant_id, event.user_id, update.memory_id)
    stamp = Stamp(time_us(event, update), update.node_id, event.event_id)
    dot = dot_of(update)
    if event.event_type == "memory.deleted":
        return Change(key, Memory(deleted=Tombstone(stamp, dot or NO_DOT)), dot)
    values: dict[str, Scalar] = {name: value for name in PLAIN_FIELDS if (value := getattr(update, name)) is not None}
    created = event.event_type == "memory.created"
    if created:
        values["session_id"] = event.session_id
    values |= {METADATA + name: value for name, value in (update.metadata or {}).items()}
    removed = dict.fromkeys(update.tags_removed or (), dot or NO_DOT)
    added = {one: tag for one, tag in (update.tags_added or {}).items() if one not in removed}
    return Change(
        key,
        Memory(
            stamp if created else None,
            {name: Register(stamp, value) for name, value in values.items()},
            TagSet(added, removed),
        ),
        dot,
    )
