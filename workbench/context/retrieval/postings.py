"""Which rows hold a term, how often.

Most postings lie sorted by term and row; the newest ones lie in a tail in the order of arrival and are scanned. A
look-up that meets a long tail sorts it in. What it returns does not depend on where that border is.
"""

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.columns import Column

TAIL = 8_192
"""Postings that are scanned at least: 3 µs a term. Sorting in costs some 0.1 s a million, so it is put off until the
tail is also a sixteenth of all."""

Found = tuple[NDArray[np.int32], NDArray[np.float64]]


class Postings:
    """Term -> rows, ascending, with counts."""

    __slots__ = ("_counts", "_keys", "_rows", "_starts", "_tail_counts", "_tail_rows", "_tail_terms")

    def __init__(self) -> None:
        self._tail_terms, self._tail_rows, self._tail_counts = Column(np.int64), Column(np.int32), Column(np.uint16)
        self._sort_in(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.uint16))

    def __len__(self) -> int:
        return len(self._rows) + len(self._tail_rows)

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        held = (self._keys, self._starts, self._rows, self._counts)
        tail = (self._tail_terms, self._tail_rows, self._tail_counts)
        return sum(one.nbytes for one in held) + sum(one.nbytes for one in tail)

    def _sort_in(self, terms: NDArray[np.int64], rows: NDArray[np.int32], counts: NDArray[np.uint16]) -> None:
        order = np.lexsort((rows, terms))
        terms, self._rows, self._counts = terms[order], rows[order], counts[order]
        self._keys, starts = np.unique(terms, return_index=True)
        self._starts = np.append(starts, len(terms)).astype(np.int64)
        for column in (self._tail_terms, self._tail_rows, self._tail_counts):
            column.set(np.empty(0, column.view.dtype.type))

    def _all(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.uint16]]:
        sorted_terms = np.repeat(self._keys, np.diff(self._starts))
        return (
            np.concatenate((sorted_terms, self._tail_terms.view)),
            np.concatenate((self._rows, self._tail_rows.view)),
            np.concatenate((self._counts, self._tail_counts.view)),
        )

    def add(self, row: int, terms: NDArray[np.int64], counts: NDArray[np.uint16]) -> None:
        """Add the distinct terms of a row that is above all others."""
        self._tail_terms.extend(terms)
        self._tail_rows.extend(np.full(len(terms), row, np.int32))
        self._tail_counts.extend(counts)

    def replace(self, row: int, terms: NDArray[np.int64], counts: NDArray[np.uint16]) -> None:
        """Give a row other terms; linear in all postings."""
        held_terms, rows, held_counts = self._all()
        kept = rows != row
        self._sort_in(
            np.concatenate((held_terms[kept], terms)),
            np.concatenate((rows[kept], np.full(len(terms), row, np.int32))),
            np.concatenate((held_counts[kept], counts)),
        )

    def drop(self, row: int) -> None:
        """Take a row out; those above it move down by one. Linear in all postings."""
        terms, rows, counts = self._all()
        kept = rows != row
        rows = rows[kept]
        self._sort_in(terms[kept], rows - (rows > row).astype(np.int32), counts[kept])

    def find(self, term: int) -> Found:
        """Rows that hold a term, ascending, and how often each does."""
        if len(self._tail_rows) > max(TAIL, len(self._rows) // 16):
            self._sort_in(*self._all())
        at = int(np.searchsorted(self._keys, term))
        first, until = (0, 0)
        if at < len(self._keys) and self._keys[at] == term:
            first, until = int(self._starts[at]), int(self._starts[at + 1])
        newest = np.flatnonzero(self._tail_terms.view == term)
        rows, counts = self._rows[first:until], self._counts[first:until]
        if len(newest):
            rows = np.concatenate((rows, self._tail_rows.view[newest]))
            counts = np.concatenate((counts, self._tail_counts.view[newest]))
        return rows, counts.astype(np.float64)
