"""What was true when, and what was believed of it when: the versions that follow from a set of assertions. Pure.

A *slot* is what can contradict itself: one relationship, the description of one entity, what one entity was merged
into, or the one employer that a person has. Each event of the slot is one `Assertion`: from `valid_from` until
`valid_to` (half-open; None is open) its fact is as it says, known from `recorded_at` on. At a moment of valid time,
as known at a moment of transaction time,

- of two assertions of one fact with one beginning the one recorded last replaces the other, end included;
- of those of one fact that cover the moment the one that begins last is the fact's word; when that word is
  ``deleted``, the fact is silent (a tombstone has no end: only a later beginning ends it);
- of the words of several facts in one slot the one that begins last holds, together with those after it that say
  the same `value`; the first that says another one, and all that begin before it, are retired.

So a later beginning retires what was before from then on, what was retired comes back where the later one ends, and
facts in different slots never touch. `versions` gives the answer to every such question as rectangles in both times,
and the answer is a function of the *set* of assertions: neither order, repetition nor grouping changes it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any, Literal

Verb = Literal["created", "updated", "deleted"]

_RANK = {"created": 0, "updated": 1, "deleted": 2}  # decides only between assertions recorded at one moment
_NOTHING: Mapping[str, Any] = {}

Key = tuple[datetime, datetime, int, str]


@dataclass(frozen=True, slots=True)
class Assertion:
    """One event's word about a fact.

    Parameters
    ----------
    event_id : str
    verb : {"created", "updated", "deleted"}
    valid_from : datetime
        Aware; the event's own time when it names none.
    valid_to : datetime or None
        Exclusive; None for open, and for every ``deleted``.
    recorded_at : datetime
        When the event was ingested.
    fact : str
        Which fact of the slot; a slot that has only one may leave it empty.
    value : str
        What two facts of a slot must share to hold at one time.
    content : mapping
        What the fact says. A whole description: nothing of an older one is kept.
    """

    event_id: str
    verb: Verb
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    fact: str = ""
    value: str = ""
    content: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)

    @property
    def key(self) -> Key:
        """Sorts assertions by their beginning, then by when they were recorded; no two events share one."""
        return (self.valid_from, self.recorded_at, _RANK[self.verb], self.event_id)

    def covers(self, at: datetime) -> bool:
        """It speaks of that moment of valid time."""
        return self.valid_from <= at and (self.valid_to is None or at < self.valid_to)


@dataclass(frozen=True, slots=True)
class Version:
    """A rectangle: the assertion is true in ``[valid_from, valid_to)``, believed in ``[recorded_at, superseded_at)``.

    None ends neither. `number` counts the versions of one fact from 1, in order of `recorded_at`, then `valid_from`.
    """

    assertion: Assertion
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    superseded_at: datetime | None
    number: int


_Piece = tuple[str, datetime, datetime | None]  # event id, valid_from, valid_to


def versions(assertions: Iterable[Assertion], *, tombstones: bool = False) -> list[Version]:
    """All versions of a slot.

    Parameters
    ----------
    assertions : iterable of Assertion
        Of one slot, in any order, an event repeated or not.
    tombstones : bool
        Give the times at which the fact is silent because it was deleted, too; for slots of one fact.

    Returns
    -------
    list of Version
        By fact and number. Cost: with assertions that begin in the order in which they are recorded about
        n log n, at worst n².

    Examples
    --------
    >>> day = [datetime(2026, 1, n) for n in range(1, 5)]
    >>> job, next_job = (
    ...     Assertion(who, "created", day[n], None, day[n], fact=who, value=who)
    ...     for n, who in enumerate(("Acme", "Beta"))
    ... )
    >>> for one in versions([next_job, job]):
    ...     ends = one.valid_to and one.valid_to.day, one.superseded_at and one.superseded_at.day
    ...     print(one.assertion.fact, one.valid_from.day, one.recorded_at.day, ends)
    Acme 1 1 (None, 2)
    Acme 1 2 (2, None)
    Beta 2 2 (None, None)
    """
    distinct = {one.event_id: one for one in assertions}
    belief = _Belief(tombstones)
    standing: dict[_Piece, datetime] = {}  # piece -> since when it is believed
    found: list[tuple[_Piece, datetime, datetime | None]] = []
    by_time = sorted(distinct.values(), key=lambda one: (one.recorded_at, one.key))
    for recorded_at, group in groupby(by_time, key=lambda one: one.recorded_at):
        gone, come = belief.take(list(group))
        found += [(piece, standing.pop(piece), recorded_at) for piece in gone]
        standing |= dict.fromkeys(come, recorded_at)
    found += [(piece, since, None) for piece, since in standing.items()]
    return list(_numbered(distinct, found))


def _numbered(
    distinct: Mapping[str, Assertion], found: list[tuple[_Piece, datetime, datetime | None]]
) -> Iterator[Version]:
    def order(one: tuple[_Piece, datetime, datetime | None]) -> tuple[str, datetime, datetime, str]:
        (event_id, valid_from, _), recorded_at, _ = one
        return (distinct[event_id].fact, recorded_at, valid_from, event_id)

    for _, group in groupby(sorted(found, key=order), key=lambda one: distinct[one[0][0]].fact):
        for number, (piece, recorded_at, superseded_at) in enumerate(group, 1):
            yield Version(distinct[piece[0]], piece[1], piece[2], recorded_at, superseded_at, number)


class _Belief:
    """What is believed after the assertions taken in so far: words by their key, and the pieces that follow."""

    def __init__(self, tombstones: bool) -> None:
        self._tombstones = tombstones
        self._words: list[tuple[Key, Assertion]] = []
        self._by_beginning: dict[tuple[str, datetime], Assertion] = {}
        self._cuts: list[datetime] = []  # beginnings and ends of all words, also of replaced ones: pieces are joined
        self._pieces: set[_Piece] = set()

    def take(self, recorded: list[Assertion]) -> tuple[set[_Piece], set[_Piece]]:
        """Take in what was recorded at one moment; gives the pieces that are gone and those that have come.

        Only the span that the new words and those that they replace speak of is looked at again.
        """
        touched: list[Assertion] = []
        for one in recorded:
            beginning = (one.fact, one.valid_from)
            replaced = self._by_beginning.get(beginning)
            if replaced is not None:
                if replaced.key > one.key:
                    continue
                del self._words[bisect_left(self._words, replaced.key, key=lambda word: word[0])]
                touched.append(replaced)
            self._by_beginning[beginning] = one
            insort(self._words, (one.key, one), key=lambda word: word[0])
            self._cut(one.valid_from)
            if one.valid_to is not None:
                self._cut(one.valid_to)
            touched.append(one)
        if not touched:
            return set(), set()
        first = min(one.valid_from for one in touched)
        ends = [one.valid_to for one in touched if one.valid_to is not None]
        last = max(ends) if len(ends) == len(touched) else None
        around = {
            piece
            for piece in self._pieces
            if (last is None or piece[1] <= last) and (piece[2] is None or piece[2] >= first)
        }
        renewed = _joined([*_outside(around, first, last), *self._hold_between(first, last)])
        gone, come = around - renewed, renewed - around
        self._pieces -= gone
        self._pieces |= come
        return gone, come

    def _cut(self, at: datetime) -> None:
        position = bisect_left(self._cuts, at)
        if position == len(self._cuts) or self._cuts[position] != at:
            self._cuts.insert(position, at)

    def _hold_between(self, first: datetime, last: datetime | None) -> Iterator[_Piece]:
        """Pieces within a span, cut wherever a word begins or ends."""
        end = None if last is None else bisect_left(self._cuts, last)
        beginnings = self._cuts[bisect_left(self._cuts, first) : end]
        for at, until in zip(beginnings, [*beginnings[1:], last], strict=True):
            yield from ((event_id, at, until) for event_id in self._hold_at(at))

    def _hold_at(self, at: datetime) -> list[str]:
        """Ids of the events that hold at a moment."""
        spoken: set[str] = set()
        holding: list[Assertion] = []
        begun = bisect_right(self._words, at, key=lambda word: word[1].valid_from)
        for position in range(begun - 1, -1, -1):
            one = self._words[position][1]
            if one.fact in spoken or not one.covers(at):
                continue
            spoken.add(one.fact)
            if one.verb != "deleted" or self._tombstones:
                if holding and one.value != holding[0].value:
                    break
                holding.append(one)
            if not one.fact:
                break
        return [one.event_id for one in holding]


def _outside(pieces: Iterable[_Piece], first: datetime, last: datetime | None) -> Iterator[_Piece]:
    for event_id, valid_from, valid_to in pieces:
        if valid_from < first:
            yield event_id, valid_from, first if valid_to is None or valid_to > first else valid_to
        if last is not None and (valid_to is None or valid_to > last):
            yield event_id, max(valid_from, last), valid_to


def _joined(pieces: list[_Piece]) -> set[_Piece]:
    """Pieces of one event that meet become one."""
    found: list[_Piece] = []
    for event_id, valid_from, valid_to in sorted(pieces, key=lambda piece: piece[:2]):
        if found and found[-1][0] == event_id and found[-1][2] == valid_from:
            found[-1] = (event_id, found[-1][1], valid_to)
        else:
            found.append((event_id, valid_from, valid_to))
    return set(found)
