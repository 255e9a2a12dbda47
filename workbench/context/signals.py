"""What in a turn speaks for keeping it: facts and commitments, found by pattern.

Deliberately plain, so that a score can be explained by pointing at the text. The words are English;
in other languages only the facts (digits, code, addresses) are found.
"""

import re
from typing import NamedTuple

SCANNED_CHARS = 20_000
"""Characters of a turn that are looked at: a pasted log of megabytes must not slow the sink down."""

_FACT = re.compile(r"\d|`|https?://|\w@\w")
_COMMITMENT = re.compile(
    r"\b(?:must|always|never|remember|decided?|agreed?|prefer|instead of|deadline|my name|call me|from now on)\b",
    re.IGNORECASE,
)


class Signals(NamedTuple):
    """Whether a turn states a fact, and whether it commits somebody to something."""

    fact: bool
    commitment: bool


def signals_of(text: str) -> Signals:
    """The signals of a text.

    Examples
    --------
    >>> signals_of("From now on use port 9092.")
    Signals(fact=True, commitment=True)
    >>> signals_of("Thanks!")
    Signals(fact=False, commitment=False)
    """
    scanned = text[:SCANNED_CHARS]
    return Signals(_FACT.search(scanned) is not None, _COMMITMENT.search(scanned) is not None)
