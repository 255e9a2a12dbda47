"""A write at this node: its place in the orders of writes, its ids, its payload (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from workbench.clock import Clock as WallClock
from workbench.clock import utc_now
from workbench.events.envelope import event_id_of
from workbench.events.payloads import MemoryUpdate, Scalar
from workbench.memory.clocks import Dot
from workbench.memory.record import Memory
from workbench.memory.registers import LATEST_US, at_microseconds, microseconds
from workbench.memory.seen import Seen

SOURCE = "memory"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a caller wants to be so; what is None stays as it is.

    Parameters
    ----------
    content, memory_type, category : str or None
    importance : float or None
        0 to 1.
    metadata : mapping
        Entries to set; null removes one.
    add_tags, remove_tags : tuple of str
    """

    content: str | None = None
    importance: float | None = None
    memory_type: str | None = None
    category: str | None = None
    metadata: Mapping[str, Scalar] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()


def event_id_of_dot(tenant_id: str, dot: Dot) -> str:
    """The id of a node's n-th event of a tenant: a number is given to one event only, whoever crashes when."""
    return event_id_of(SOURCE, f"{tenant_id}\x1f{dot.node_id}\x1f{dot.counter}".encode())


def next_time_us(now: datetime, memory: Memory) -> int:
    """The write's time: now, or just above the latest write that this node knows of.

    So a write that follows another one wins over it although this machine's clock is behind.

    Examples
    --------
    >>> from workbench.memory.registers import Register, Stamp
    >>> known = Memory(fields={"content": Register(Stamp(5_000_000, "b", "e"), "tea")})
    >>> next_time_us(at_microseconds(1_000_000), known), next_time_us(at_microseconds(9_000_000), known)
    (5000001, 9000000)
    """
    updated = memory.updated()
    now_us = microseconds(now)
    return now_us if updated is None else min(max(now_us, updated.at_us + 1), LATEST_US)


def payload_of(
    wish: Wish, memory: Memory, *, memory_id: str, dot: Dot, seen: Seen, clock: WallClock = utc_now
) -> MemoryUpdate:
    """The payload of a creation, a change or (with an empty wish) a deletion.

    Parameters
    ----------
    wish : Wish
    memory : Memory
        As this node has it.
    memory_id : str
    dot : Dot
        The event's own number.
    seen : Seen
        What this node has seen before it.
    clock : callable
    """
    return MemoryUpdate(
        memory_id=memory_id,
        node_id=dot.node_id,
        content=wish.content,
        vector_clock={**seen.clock(), dot.node_id: dot.counter},
        updated_at=at_microseconds(next_time_us(clock(), memory)),
        importance=wish.importance,
        memory_type=wish.memory_type,
        category=wish.category,
        metadata=dict(wish.metadata) or None,
        tags_added=_additions(wish.add_tags, memory, dot) or None,
        tags_removed=sorted(one for tag in set(wish.remove_tags) for one in memory.tags.ids_of(tag)) or None,
    )


def _additions(tags: Iterable[str], memory: Memory, dot: Dot) -> dict[str, str]:
    new = sorted(set(tags) - set(memory.tags.tags()))
    return {f"{dot.node_id}:{dot.counter}:{number}": tag for number, tag in enumerate(new)}
