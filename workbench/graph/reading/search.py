"""Full-text search over names and aliases."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import lru_cache

from workbench.errors import UsageError
from workbench.extraction.entries import listed_spellings
from workbench.graph.reading.answer import Answer
from workbench.graph.reading.bounds import check_limit
from workbench.graph.reading.columns import empty
from workbench.graph.reading.lucene import lucene_query
from workbench.graph.reading.reader import GraphReader, Reading

_Listed = Mapping[str, frozenset[str]]

HITS = 10_000
"""Matches that are looked at before filters: more do not make a better first page."""


@lru_cache(maxsize=1)
def _listed() -> _Listed:
    """Spelling -> names in the lists of extraction, both in lower case: an entity is called by its name there."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for spelling, _, name in listed_spellings():
        found[spelling.lower()].add(name.lower())
    return {spelling: frozenset(names) for spelling, names in found.items()}


def names_for(text: str) -> list[str]:
    """What people typed, and the listed names that are spelled so, in lower case and order.

    Examples
    --------
    >>> names_for(" K8s ")
    ['k8s', 'kubernetes']
    """
    typed = text.strip().lower()
    return sorted({typed, *_listed().get(typed, ())})


def search_entities(
    reader: GraphReader,
    text: str,
    *,
    tenant_id: str = "default",
    entity_types: Collection[str] = (),
    conversation_id: str | None = None,
    min_mentions: int = 0,
    limit: int = 10,
) -> Answer:
    """Entities whose name or alias has the words of a text, the best match first; merged ones are one.

    Every character of the text stands for itself: nothing in it is an operator, and nothing in it is an error. A
    spelling that extraction knows finds what it is called: ``k8s`` finds Kubernetes.

    Parameters
    ----------
    reader : GraphReader
    text : str
        Words; each matches whole, as a beginning, or with one letter wrong.
    tenant_id : str
    entity_types : collection of str
        Types to give; empty for all.
    conversation_id : str, optional
        Only entities that this conversation names.
    min_mentions : int
        Only entities that messages name at least so often.
    limit : int
        Most rows, 1 to `workbench.graph.reading.bounds.MOST_ENTITIES`.

    Returns
    -------
    Answer
        entity_id, name, entity_type (String), score (Float64, Lucene's), exact (Boolean, a name or
        alias is what was asked for),
        confidence (Float64, the surest mention's, null without one), mentions (Int64), first_seen_at, last_seen_at
        (Datetime, UTC), aliases (List of String), properties (String, JSON).

    Raises
    ------
    UsageError
        When a parameter is out of range.
    StoreUnavailableError
        When Neo4j does not answer.
    """
    check_limit(limit)
    if min_mentions < 0:
        raise UsageError(f"min_mentions is {min_mentions}; give a number from 0")
    names = names_for(text)
    query = lucene_query(text, tenant_id=tenant_id, names=[one for one in names if one != text.strip().lower()])

    def work(reading: Reading) -> Answer:
        if not query:
            return Answer(empty("search_entities"), reading.reflects)
        return reading.answer(
            "search_entities",
            tenant_id=tenant_id,
            lucene_query=query,
            names=names,
            entity_types=[one.lower() for one in entity_types],
            conversation_id=conversation_id,
            min_mentions=min_mentions,
            hit_limit=HITS,
            entity_limit=limit,
        )

    return reader.read("search entities", work)
