"""Indexes of conversations in memory, brought up to date from PostgreSQL; least recently used ones go first."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.context.retrieval.analysis import Analysed, analysed
from workbench.context.retrieval.arrays import Entry
from workbench.context.retrieval.index import Index
from workbench.database.connection import BoundedConnection
from workbench.database.turn_terms import Standing, StoredTurn, new_turns, revisions, standings

CACHED_TURNS = 500_000
"""Turns of all cached indexes together, some 200 MB."""

EDITS = 16
"""Edited turns that are read one by one; an index with more of them is read anew in less time."""

DELETED = ""

Key = tuple[str, str]
"""Tenant and conversation."""


@dataclass(slots=True, eq=False)
class TurnIndex:
    """One conversation's index and how far it is; hold `lock` for everything.

    Parameters
    ----------
    index : Index
    sequence : int
        Up to which it was read, events that are no turns included.
    event_id : str or None
        At that sequence: another one there says that the store was filled anew.
    revision_count : int
    texts : dict of str to str
        Turn -> event that its text is of, `DELETED` for none; for turns that were edited or deleted.
    """

    index: Index
    sequence: int = 0
    event_id: str | None = None
    revision_count: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    used_at: float = 0.0

    def forget(self) -> None:
        """Start anew."""
        self.index = Index(self.index.conversation_id)
        self.sequence, self.event_id, self.revision_count = 0, None, 0
        self.texts.clear()


class TurnIndexes:
    """The cache; for many threads.

    Parameters
    ----------
    size : int
        Most conversations; 0 keeps none.
    ttl_s : float
        Seconds after its last use that an index is let go.
    clock : callable
        Monotonic seconds.
    """

    def __init__(self, *, size: int, ttl_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size, self._ttl_s, self._clock = size, ttl_s, clock
        self._held: OrderedDict[Key, TurnIndex] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def take(self, tenant_id: str, conversation_ids: Sequence[str]) -> list[TurnIndex]:
        """The indexes of some conversations, new ones empty, each conversation once, in the order of their names."""
        now = self._clock()
        with self._lock:
            taken = []
            for conversation_id in sorted(set(conversation_ids)):
                found = self._held.pop((tenant_id, conversation_id), None)
                if found is None or found.used_at + self._ttl_s < now:
                    found = TurnIndex(Index(conversation_id))
                found.used_at = now
                self._held[tenant_id, conversation_id] = found
                taken.append(found)
            return taken

    def trim(self) -> None:
        """Let go what was not used for the time to live, and the least recently used above the bounds."""
        now = self._clock()
        with self._lock:
            turns = sum(len(one.index) for one in self._held.values())
            while self._held:
                key, oldest = next(iter(self._held.items()))
                over = len(self._held) > self._size or turns > CACHED_TURNS
                if not over and oldest.used_at + self._ttl_s >= now:
                    return
                turns -= len(oldest.index)
                del self._held[key]


Made = list[tuple[StoredTurn, Analysed]]


def catch_up(connection: BoundedConnection, tenant_id: str, *, held: Sequence[TurnIndex]) -> Made:
    """Bring indexes up to date; their locks are held.

    Returns
    -------
    list of (StoredTurn, Analysed)
        What had to be analysed, to be kept.
    """
    by_name = {one.index.conversation_id: one for one in held}
    indexed = {name: one.sequence for name, one in by_name.items()}
    found = standings(connection, tenant_id, indexed=indexed)
    try:
        return _caught_up(connection, tenant_id, by_name, found)
    except BaseException:
        for one in held:  # broken off somewhere between its turns: what it holds is not known
            one.forget()
        raise


def _caught_up(
    connection: BoundedConnection, tenant_id: str, by_name: Mapping[str, TurnIndex], found: Mapping[str, Standing]
) -> Made:
    made: Made = []
    for name, one in by_name.items():
        standing = found.get(name)
        if standing is None or standing.indexed_event_id != one.event_id or standing.newest_sequence < one.sequence:
            one.forget()  # not stored any more, or stored anew in another order
        elif standing.revision_count != one.revision_count and one.sequence:
            made += _revise(connection, tenant_id, one)
    return made + _append(connection, tenant_id, by_name, found)


def _revise(connection: BoundedConnection, tenant_id: str, one: TurnIndex) -> Made:
    """Edit and remove turns; an index whose turn came back, or that has many edits, is begun anew."""
    name, present = one.index.conversation_id, set(one.index.turn_ids)
    changed = revisions(connection, tenant_id, conversation_id=name, until_sequence=one.sequence)
    edited = [
        turn for turn in changed if not turn.deleted and one.texts.get(turn.turn_id, turn.turn_id) != turn.revised_by
    ]
    if len(edited) > EDITS or any(turn.turn_id not in present for turn in edited):
        one.forget()
        return []
    for turn in changed:
        if turn.deleted and turn.turn_id in present:
            one.index.remove(turn.turn_id)
            one.texts[turn.turn_id] = DELETED
    made: Made = []
    for turn in edited:
        for stored in new_turns(connection, tenant_id, wanted={name: (turn.sequence - 1, turn.sequence)}):
            entry = _entry(stored)
            one.index.edit(stored.turn_id, entry.analysed)
            one.texts[stored.turn_id] = stored.text_event_id
            if stored.kept is None and stored.text is not None:
                made.append((stored, entry.analysed))
    return made


def _append(
    connection: BoundedConnection, tenant_id: str, held: Mapping[str, TurnIndex], found: Mapping[str, Standing]
) -> Made:
    wanted = {
        name: (held[name].sequence, standing.newest_sequence)
        for name, standing in found.items()
        if standing.newest_sequence > held[name].sequence
    }
    made: Made = []
    for turn in new_turns(connection, tenant_id, wanted=wanted) if wanted else ():
        one = held[turn.conversation_id]
        entry = _entry(turn)
        one.index.add_entry(entry)
        if turn.text_event_id != turn.turn_id:
            one.texts[turn.turn_id] = turn.text_event_id
        if turn.kept is None and turn.text is not None:
            made.append((turn, entry.analysed))
    for name, standing in found.items():
        one = held[name]
        one.sequence, one.event_id = standing.newest_sequence, standing.newest_event_id
        one.revision_count = standing.revision_count
    return made


def _entry(turn: StoredTurn) -> Entry:
    said_on = turn.occurred_at.date()
    text = turn.kept or analysed(turn.text or "", said_on=said_on)
    return Entry(turn.turn_id, turn.sequence, turn.speaker, turn.session_id, said_on, text)
