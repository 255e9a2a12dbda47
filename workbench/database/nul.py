"""U+0000 in a message: PostgreSQL's text cannot hold it, and nothing may be lost.

The character is replaced by U+2400, which is drawn as "NUL", and its places are kept beside the text, so
that the message comes back exactly, and a message that has a real U+2400 keeps it.
"""

from collections.abc import Sequence

NUL, SYMBOL_FOR_NUL = "\x00", "\u2400"


def without_nul(text: str) -> tuple[str, list[int] | None]:
    """The text as PostgreSQL can hold it, and where U+0000 stood.

    Returns
    -------
    (str, list of int or None)
        Character offsets from 0, ascending; None when there is none.

    Examples
    --------
    >>> without_nul("a\\x00b")
    ('a␀b', [1])
    >>> without_nul("ab␀")
    ('ab␀', None)
    """
    if NUL not in text:
        return text, None
    return text.replace(NUL, SYMBOL_FOR_NUL), [place for place, char in enumerate(text) if char == NUL]


def with_nul(text: str, offsets: Sequence[int] | None) -> str:
    """The text as it was before `without_nul`.

    Examples
    --------
    >>> with_nul("a␀b", [1]) == "a\\x00b"
    True
    """
    if not offsets:
        return text
    chars = list(text)
    for place in offsets:
        chars[place] = NUL
    return "".join(chars)
