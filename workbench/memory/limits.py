"""What a write may say (pure). Checked before it becomes an event: an event cannot be taken back."""

from workbench.errors import UsageError
from workbench.memory.writing import Wish

CONTENT_CHARS = 32_768
"""Of a memory's content: some six thousand words. Every character escaped, it stays below the claim-check limit."""

TAGS, TAG_CHARS = 64, 128
"""Tags of one write, and characters of one."""

ENTRIES, NAME_CHARS, VALUE_CHARS = 64, 128, 1_024
"""Entries of the metadata in one write, and characters of an entry's name and text."""


def checked(wish: Wish) -> Wish:
    """The same wish.

    Raises
    ------
    UsageError
        Naming the first thing that is too long, too many, or has control characters where a name is expected.

    Examples
    --------
    >>> checked(Wish(add_tags=("a\\x00",)))
    Traceback (most recent call last):
    workbench.errors.UsageError: a tag has 1 to 128 printable characters, not 'a\\x00'
    """
    if wish.content is not None and not 0 < len(wish.content) <= CONTENT_CHARS:
        raise UsageError(f"content has 1 to {CONTENT_CHARS:,} characters, this has {len(wish.content):,}")
    if wish.importance is not None and not 0 <= wish.importance <= 1:
        raise UsageError(f"importance is a number from 0 to 1, not {wish.importance}")
    for what, name in (("memory_type", wish.memory_type), ("category", wish.category)):
        if name is not None:
            _name(what, name, NAME_CHARS)
    if len(wish.add_tags) + len(wish.remove_tags) > TAGS:
        raise UsageError(f"one write changes at most {TAGS} tags")
    for tag in (*wish.add_tags, *wish.remove_tags):
        _name("a tag", tag, TAG_CHARS)
    if len(wish.metadata) > ENTRIES:
        raise UsageError(f"one write changes at most {ENTRIES} entries of the metadata")
    for name, value in wish.metadata.items():
        _name("a name in the metadata", name, NAME_CHARS)
        if isinstance(value, str) and len(value) > VALUE_CHARS:
            raise UsageError(
                f"metadata {name!r}: a text has at most {VALUE_CHARS:,} characters, this has {len(value):,}"
            )
    return wish


def _name(what: str, value: str, most: int) -> None:
    if not 0 < len(value) <= most or not value.isprintable():
        raise UsageError(f"{what} has 1 to {most} printable characters, not {value[:40]!r}")
