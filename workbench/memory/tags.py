"""Tags as an observed-remove set: adding wins over a removal that did not know of it (pure).

Each addition has an id of its own. A removal names the ids that it saw, so a tag that somebody else added at the
same time stays. What was removed leaves a tombstone, so that the addition, arriving later, does not bring it back.

Source: Shapiro et al. 2011, 3.3.5 (OR-Set).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.memory.clocks import Dot

NO_DOT = Dot("", 0)
"""Stands for the removal by an event without a clock: it is never known to have been seen by all."""


@dataclass(frozen=True, slots=True)
class TagSet:
    """Tags of one memory.

    Parameters
    ----------
    added : mapping of str to str
        Id of the addition -> tag; without those that are removed.
    removed : mapping of str to Dot
        Id of a removed addition -> the removing event, the greatest of several.
    """

    added: Mapping[str, str] = field(default_factory=dict)
    removed: Mapping[str, Dot] = field(default_factory=dict)

    def tags(self) -> tuple[str, ...]:
        """The tags that are there, ascending, each once.

        Examples
        --------
        >>> TagSet({"a:1:0": "tea", "b:1:0": "tea"}).tags()
        ('tea',)
        """
        return tuple(sorted(set(self.added.values())))

    def ids_of(self, tag: str) -> tuple[str, ...]:
        """Ids of all additions of a tag: what a removal of it names."""
        return tuple(sorted(one for one, name in self.added.items() if name == tag))


def union(left: TagSet, right: TagSet) -> TagSet:
    """Both sets as one.

    Examples
    --------
    >>> first = TagSet({"a:1:0": "tea"})
    >>> union(union(first, TagSet({"b:1:0": "tea"})), TagSet(removed={"a:1:0": Dot("a", 2)})).tags()
    ('tea',)
    """
    removed = dict(left.removed)
    for one, dot in right.removed.items():
        removed[one] = max(dot, removed.get(one, dot))
    # One id names one addition; of two tags under one id, which no sound producer makes, everybody takes the greater.
    added = dict(left.added)
    for one, tag in right.added.items():
        added[one] = max(tag, added.get(one, tag))
    return TagSet({one: tag for one, tag in added.items() if one not in removed}, removed)
