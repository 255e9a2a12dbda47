"""What an index keeps of one text: hashed terms with counts, the days that it names, what kind of sentence it is.

It is a function of the text and of the day it was said on, so it can be stored and read back instead of made again;
`VERSION` is raised with every change of what comes out.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.terms import analyse
from workbench.context.retrieval.times import time_spans

VERSION = 1
"""Of the analysis; rows of another version are made again."""

TERM_IDS = "<i8"
COUNTS = "<u2"
SPANS = "<i4"
MOST_COUNTED = 65_535
"""Repeats of one term that are told apart: beyond a dozen, BM25 hardly does either."""

ENDS_WITH_QUESTION = 1
NAMES_A_PLACE = 2

_PLACE = re.compile(r"\b(?:in|at|to|from|near)\s+(?:the\s+)?[A-Z]")
_CUE_CHARS = 20_000


@lru_cache(maxsize=65_536)
def term_id(term: str) -> int:
    """A term as a signed 64-bit number: the same in every process, so that no vocabulary has to be kept.

    Among a million terms the chance that any two are one is 3 in 100 million.
    """
    return int.from_bytes(
        hashlib.blake2b(term.encode(errors="surrogatepass"), digest_size=8).digest(), "little", signed=True
    )


@dataclass(frozen=True, slots=True, eq=False)
class Analysed:
    """One text as an index takes it.

    Parameters
    ----------
    terms : array of int64
        Ids of its distinct terms, ascending.
    counts : array of uint16
        How often each occurs.
    length : int
        Terms with repeats.
    spans : array of int32, shape (n, 2)
        Days ``[first, until)`` that it names, as `datetime.date.toordinal` counts.
    flags : int
        `ENDS_WITH_QUESTION`, `NAMES_A_PLACE`.
    """

    terms: NDArray[np.int64]
    counts: NDArray[np.uint16]
    length: int
    spans: NDArray[np.int32]
    flags: int

    def packed(self) -> tuple[bytes, bytes, int, bytes, int]:
        """As columns of a row, little-endian; `unpacked` reads them."""
        return (
            self.terms.astype(TERM_IDS).tobytes(),
            self.counts.astype(COUNTS).tobytes(),
            self.length,
            self.spans.astype(SPANS).tobytes(),
            self.flags,
        )


def unpacked(terms: bytes, counts: bytes, length: int, spans: bytes, flags: int) -> Analysed:
    """What `Analysed.packed` packed."""
    return Analysed(
        np.frombuffer(terms, TERM_IDS),
        np.frombuffer(counts, COUNTS),
        length,
        np.frombuffer(spans, SPANS).reshape(-1, 2),
        flags,
    )


def analysed(text: str, *, said_on: date | None = None) -> Analysed:
    """Analyse one text.

    Parameters
    ----------
    text : str
    said_on : date, optional
        What "yesterday" is counted from; without it only a text's full dates would be known, so none are looked for.
    """
    counted = Counter(term_id(term) for term in analyse(text))
    pairs = sorted(counted.items())
    spans = time_spans(text, said_on=said_on) if said_on else []
    flags = ENDS_WITH_QUESTION if text.rstrip().endswith(("?", "？")) else 0
    if _PLACE.search(text, 0, _CUE_CHARS):
        flags |= NAMES_A_PLACE
    return Analysed(
        np.array([term for term, _ in pairs], np.int64),
        np.array([min(count, MOST_COUNTED) for _, count in pairs], np.uint16),
        counted.total(),
        np.array([(span.first, span.until) for span in spans], np.int32).reshape(-1, 2),
        flags,
    )
