"""One memory as a convergent record, and how two states of it become one (pure).

**Deletion wins over every update of the same memory, concurrent ones included, and for ever.** A person who has
something forgotten must not see it come back because another machine changed it in the same second. A deleted
memory keeps no content; what should be remembered again gets a new memory with a new id.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

from workbench.events.payloads import Scalar
from workbench.memory.clocks import Dot
from workbench.memory.registers import Register, Stamp, newest
from workbench.memory.tags import TagSet, union

METADATA = "metadata."
"""Begins the name of a register that holds one entry of the metadata."""


class Key(NamedTuple):
    """Whose memory, and which: a user's id is part of it, so no event of another user can reach it."""

    tenant_id: str
    user_id: str
    memory_id: str


class Tombstone(NamedTuple):
    """That a memory was deleted, and by which event; the latest of several deletions."""

    stamp: Stamp
    dot: Dot


@dataclass(frozen=True, slots=True)
class Memory:
    """What the events so far make of one memory.

    Parameters
    ----------
    created : Stamp or None
        The first creation; None while only changes of it have arrived.
    fields : mapping of str to Register
        ``content``, ``importance``, ``memory_type``, ``category``, ``session_id``, ``metadata.<name>``.
    tags : TagSet
    deleted : Tombstone or None
        When set, all else is empty.
    """

    created: Stamp | None = None
    fields: Mapping[str, Register] = field(default_factory=dict)
    tags: TagSet = field(default_factory=TagSet)
    deleted: Tombstone | None = None

    def value(self, name: str) -> Scalar:
        """A field's value, None when nobody wrote it."""
        register = self.fields.get(name)
        return None if register is None else register.value

    def metadata(self) -> dict[str, Scalar]:
        """Entries of the metadata; one that was set to null is gone."""
        return {
            name.removeprefix(METADATA): register.value
            for name, register in sorted(self.fields.items())
            if name.startswith(METADATA) and register.value is not None
        }

    def updated(self) -> Stamp | None:
        """The latest write that is known."""
        stamps = [register.stamp for register in self.fields.values()]
        stamps += [one for one in (self.created, self.deleted and self.deleted.stamp) if one is not None]
        return max(stamps, default=None)


def merge(left: Memory, right: Memory) -> Memory:
    """Both states as one: commutative, associative and idempotent (tests/unit/memory proves it by property)."""
    stones = [one.deleted for one in (left, right) if one.deleted is not None]
    if stones:
        return Memory(deleted=max(stones))
    created = [one.created for one in (left, right) if one.created is not None]
    fields = dict(left.fields)
    for name, register in right.fields.items():
        fields[name] = newest(fields.get(name, register), register)
    return Memory(min(created, default=None), fields, union(left.tags, right.tags))


def merge_all(states: Iterable[Memory]) -> Memory:
    """Any number of states as one."""
    return reduce(merge, states, Memory())


def join(memories: Mapping[Key, Memory], changes: Iterable[tuple[Key, Memory]]) -> dict[Key, Memory]:
    """Memories with changes merged in, in whatever order the changes come."""
    found = dict(memories)
    for key, change in changes:
        found[key] = merge(found.get(key, Memory()), change)
    return found
