"""What people type, as a query in Lucene's syntax in which nothing of it is an operator. Pure.

Each word matches as it stands, as the beginning of a longer word, or with one letter wrong, and counts in this order.
"""

import re
from collections.abc import Collection

MOST_WORDS = 32
"""Words of a search; Lucene makes several clauses of each and refuses more than a thousand."""

MOST_CHARS = 500
"""Characters of a search that are looked at."""

_SPECIAL = re.compile(r'([+\-!(){}\[\]^"~*?:\\/&|=<>])')
_PARTS = re.compile(r"\w+")
_INDEXED = re.compile(r"[A-Za-z0-9]")  # of an id with one of these the index surely keeps something
_SURE, _BEGINNING, _SIMILAR = 4, 1, 0.5
_BEGINNING_CHARS = 2  # one letter begins too many names
_SIMILAR_CHARS = range(4, 33)  # of three letters one in three would be wrong; long words cost Lucene too much


def escaped(word: str) -> str:
    r"""A word in which no character has a meaning to Lucene; in small letters, so that AND, OR and NOT have none.

    Examples
    --------
    >>> print(escaped("C++"), escaped("OR"), escaped("a:b"))
    c\+\+ or a\:b
    """
    return _SPECIAL.sub(r"\\\1", word.lower())


def lucene_query(text: str, *, tenant_id: str, names: Collection[str] = ()) -> str:
    r"""A query over ``name`` and ``aliases`` for the words of a text.

    Parameters
    ----------
    text : str
    tenant_id : str
        Narrows the search and does not rank; whoever runs the query must still compare the tenant itself.
    names : collection of str
        Other names that the text may mean; each is searched for as a whole.

    Returns
    -------
    str
        Empty when the text has no word.

    Examples
    --------
    >>> print(lucene_query("C++ k8s", tenant_id="acme"))
    +tenant_id:"acme"^0 +((name:(c\+\+ OR k8s) OR aliases:(c\+\+ OR k8s))^4 OR (name:(k8s*) OR aliases:(k8s*))^1)
    >>> lucene_query("   ", tenant_id="acme")
    ''
    """
    words = text[:MOST_CHARS].split()[:MOST_WORDS]
    if not words:
        return ""
    parts = [part for word in words for part in _PARTS.findall(word.lower())]
    clauses = (
        _clause([*map(escaped, words), *map(_phrase, names)], _SURE),
        _clause([f"{one}*" for one in parts if len(one) >= _BEGINNING_CHARS], _BEGINNING),
        _clause([f"{one}~1" for one in parts if len(one) in _SIMILAR_CHARS], _SIMILAR),
    )
    return f"{_tenant(tenant_id)}+({' OR '.join(filter(None, clauses))})"


def _clause(terms: list[str], weight: float) -> str:
    if not terms:
        return ""
    choice = " OR ".join(dict.fromkeys(terms))
    return f"(name:({choice}) OR aliases:({choice}))^{weight:g}"


def _tenant(tenant_id: str) -> str:
    """A clause that a tenant's entities match; none for an id of which the index may keep nothing."""
    if not _INDEXED.search(tenant_id):
        return ""
    return f"+tenant_id:{_phrase(tenant_id)}^0 "


def _phrase(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
