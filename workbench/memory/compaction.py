"""When a tombstone may go: once every node that is known has seen the removal (pure).

A node that has not seen it could still change what was removed. Whoever has seen it refuses to, so what such a node
had written before is the last that can come, and it must be here too.
"""

from collections.abc import Mapping

from workbench.memory.clocks import Clock, Dot, covers
from workbench.memory.record import Key, Memory
from workbench.memory.seen import Seen
from workbench.memory.tags import NO_DOT, TagSet


def stable(dot: Dot, *, own: Clock, others: Mapping[str, Clock]) -> bool:
    """Whether an event was seen by all, and everything that they wrote before they saw it is here.

    Parameters
    ----------
    dot : Dot
    own : mapping
        This replica's clock: all events up to each number are here.
    others : mapping of str to Clock
        Node -> what it last told to have seen; a node that told nothing has an empty clock.

    Examples
    --------
    >>> removal = Dot("a", 2)
    >>> stable(removal, own={"a": 2}, others={"b": {"a": 1}}), stable(removal, own={"a": 2}, others={"b": {"a": 2}})
    (False, True)
    >>> stable(removal, own={"a": 2}, others={"b": {"a": 2, "b": 1}})  # b's first event is not here yet
    False
    """
    if dot == NO_DOT or not covers(own, dot):
        return False
    return all(covers(told, dot) and own.get(node, 0) >= told.get(node, 0) for node, told in others.items())


def compacted(memory: Memory, *, seen: Seen, others: Mapping[str, Clock]) -> Memory | None:
    """The memory without tombstones that may go; None when nothing of it is left.

    Parameters
    ----------
    memory : Memory
    seen : Seen
        Of this replica.
    others : mapping of str to Clock
        See `stable`.
    """
    own = seen.clock()
    if memory.deleted is not None:
        return None if stable(memory.deleted.dot, own=own, others=others) else memory
    kept = {
        one: dot
        for one, dot in memory.tags.removed.items()
        # the addition must be here as well: arriving later, it would bring the tag back
        if not (stable(dot, own=own, others=others) and _is_here(one, seen))
    }
    if len(kept) == len(memory.tags.removed):
        return memory
    return Memory(memory.created, memory.fields, TagSet(memory.tags.added, kept))


def _is_here(addition: str, seen: Seen) -> bool:
    node, counter, _ = (*addition.rsplit(":", 2), "", "")[:3]
    return counter.isascii() and counter.isdigit() and len(counter) < 20 and seen.has(Dot(node, int(counter)))


def compact(memories: Mapping[Key, Memory], *, seen: Seen, others: Mapping[str, Clock]) -> dict[Key, Memory]:
    """All memories without tombstones that may go."""
    found = {key: compacted(memory, seen=seen, others=others) for key, memory in memories.items()}
    return {key: memory for key, memory in found.items() if memory is not None}
