"""The turns of one conversation as arrays: append in order, edit, remove."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.analysis import Analysed, analysed
from workbench.context.retrieval.columns import Column
from workbench.context.retrieval.layout import Layout, lay_out
from workbench.context.retrieval.postings import Postings
from workbench.context.retrieval.terms import analyse
from workbench.context.turns import Turn
from workbench.errors import UsageError

NAME_CHARS = 64
_STR_BYTES = sys.getsizeof("") + 64


@dataclass(frozen=True, slots=True)
class Entry:
    """A turn as an index takes it: what it is, and its text analysed.

    Parameters
    ----------
    turn_id : str
    sequence : int
        Above that of every turn that the index holds.
    speaker, session_id : str
        May be empty.
    said_on : date or None
    """

    turn_id: str
    sequence: int
    speaker: str
    session_id: str
    said_on: date | None
    analysed: Analysed


def entry_of(turn: Turn) -> Entry:
    """A turn's entry, its text analysed."""
    said_on = turn.occurred_at.date() if turn.occurred_at else None
    text = analysed(turn.text, said_on=said_on)
    return Entry(turn.turn_id, turn.sequence, turn.speaker, turn.session_id, said_on, text)


class TurnArrays:
    """Turns of one conversation; about 0.4 kB a turn of 30 words. One thread at a time.

    What a search finds is a function of the entries, not of how they came in: added at once or one by one, edited,
    around removed ones, or read back from rows.

    Parameters
    ----------
    conversation_id : str
        Stands in its hits.
    """

    def __init__(self, conversation_id: str = "") -> None:
        self.conversation_id = conversation_id
        self.postings = Postings()
        self.turn_ids: list[str] = []
        self._sequences, self._days = Column(np.int64), Column(np.int32)
        self._sessions, self._speakers, self._lengths = Column(np.int32), Column(np.int32), Column(np.int32)
        self._flags = Column(np.uint8)
        self._span_rows, self._span_firsts, self._span_untils = Column(np.int32), Column(np.int32), Column(np.int32)
        self._session_numbers: dict[str, int] = {}
        self._speaker_numbers: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._layout: Layout | None = None

    def __len__(self) -> int:
        return len(self.turn_ids)

    @property
    def last_sequence(self) -> int:
        """Of the newest turn; 0 when empty."""
        return int(self._sequences.view[-1]) if len(self) else 0

    @property
    def nbytes(self) -> int:
        """Bytes of memory, roughly."""
        columns = (self._sequences, self._days, self._sessions, self._speakers, self._lengths, self._flags)
        spans = (self._span_rows, self._span_firsts, self._span_untils)
        layout = 0 if self._layout is None else 58 * len(self)
        return self.postings.nbytes + sum(one.nbytes for one in (*columns, *spans)) + layout + _STR_BYTES * len(self)

    def add(self, turn: Turn) -> None:
        """Append a turn; see `add_entry`."""
        self.add_entry(entry_of(turn))

    def extend(self, turns: Iterable[Turn]) -> None:
        """Append turns in order."""
        for turn in turns:
            self.add(turn)

    def add_entry(self, entry: Entry) -> None:
        """Append an entry.

        Raises
        ------
        UsageError
            When its sequence is not above the newest.
        """
        if len(self) and entry.sequence <= self.last_sequence:
            raise UsageError(
                f"turn {entry.turn_id!r} has sequence {entry.sequence}, the index is at {self.last_sequence};"
                " add turns in order, or edit"
            )
        text = entry.analysed
        row = len(self)
        self.turn_ids.append(entry.turn_id)
        self._sequences.append(entry.sequence)
        self._days.append(entry.said_on.toordinal() if entry.said_on else 0)
        self._sessions.append(self._session_numbers.setdefault(entry.session_id, len(self._session_numbers)))
        self._speakers.append(self._speaker(entry.speaker))
        self._lengths.append(text.length)
        self._flags.append(text.flags)
        self.postings.add(row, text.terms, text.counts)
        self._add_spans(row, text)
        self._layout = None

    def _speaker(self, speaker: str) -> int:
        known = self._speaker_numbers.get(speaker)
        if known is None:
            known = self._speaker_numbers[speaker] = len(self._speaker_numbers)
            names = analyse(speaker[:NAME_CHARS], stop=False)
            # An id such as "user-17" is named whole or not at all; a name may be named by any part of it.
            for name in names if speaker.replace(" ", "").isalpha() else names[:1]:
                self._names.setdefault(name, known)
        return known

    def _add_spans(self, row: int, text: Analysed) -> None:
        if not len(text.spans):
            return
        self._span_rows.extend(np.full(len(text.spans), row, np.int32))
        self._span_firsts.extend(text.spans[:, 0])
        self._span_untils.extend(text.spans[:, 1])

    def _row(self, turn_id: str) -> int:
        try:
            return self.turn_ids.index(turn_id)
        except ValueError:
            raise UsageError(f"turn {turn_id!r} is not in the index of {self.conversation_id!r}") from None

    def _take_out_spans(self, row: int, *, close: bool) -> None:
        kept = self._span_rows.view != row
        rows = self._span_rows.view[kept]
        self._span_rows.set(rows - (rows > row) if close else rows)
        self._span_firsts.set(self._span_firsts.view[kept])
        self._span_untils.set(self._span_untils.view[kept])

    def edit(self, turn_id: str, text: str | Analysed) -> None:
        """Give a turn another text; linear in the index.

        Raises
        ------
        UsageError
            When it is not here.
        """
        row = self._row(turn_id)
        day = int(self._days.view[row])
        made = analysed(text, said_on=date.fromordinal(day) if day else None) if isinstance(text, str) else text
        self.postings.replace(row, made.terms, made.counts)
        self._take_out_spans(row, close=False)
        self._add_spans(row, made)
        self._lengths.view[row] = made.length
        self._flags.view[row] = made.flags
        self._layout = None

    def remove(self, turn_id: str) -> None:
        """Take a turn out, as if it had never been said; linear in the index.

        Raises
        ------
        UsageError
            When it is not here.
        """
        row = self._row(turn_id)
        del self.turn_ids[row]
        for column in (self._sequences, self._days, self._sessions, self._speakers, self._lengths, self._flags):
            column.set(np.delete(column.view, row))
        self.postings.drop(row)
        self._take_out_spans(row, close=True)
        self._layout = None

    def layout(self) -> Layout:
        """What follows from the rows as a whole."""
        if self._layout is None:
            self._layout = lay_out(self._sessions.view, self._lengths.view, self._flags.view)
        return self._layout

    @property
    def sequences(self) -> NDArray[np.int64]:
        """Sequence of each row."""
        return self._sequences.view

    @property
    def days(self) -> NDArray[np.int32]:
        """Day of each row; 0 when not known."""
        return self._days.view

    @property
    def sessions(self) -> NDArray[np.int32]:
        """Number of each row's session, from 0."""
        return self._sessions.view

    @property
    def speakers(self) -> NDArray[np.int32]:
        """Number of each row's speaker; see `speaker_of`."""
        return self._speakers.view

    @property
    def flags(self) -> NDArray[np.uint8]:
        """Flags of each row; see `workbench.context.retrieval.analysis`."""
        return self._flags.view

    @property
    def spans(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Row, first day and day after the last of each time that a turn names."""
        return self._span_rows.view, self._span_firsts.view, self._span_untils.view

    def named(self, term: str) -> int | None:
        """The speaker that an index term names."""
        return self._names.get(term)

    def speaker_of(self, speaker: str) -> int | None:
        """The number of a speaker who has said something."""
        return self._speaker_numbers.get(speaker)
