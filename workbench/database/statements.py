"""The text of a query under ``queries/context``, as the driver takes it."""

from functools import lru_cache

from workbench.queries import load_query


@lru_cache(maxsize=256)
def statement(name: str) -> bytes:
    """The query's text.

    Parameters
    ----------
    name : str
        Path under ``queries/context`` without suffix, e.g. ``write/known_events``.

    Raises
    ------
    QueryFileError
        When there is no such file, or its header and text disagree.
    """
    return load_query("context", name).text.encode()
