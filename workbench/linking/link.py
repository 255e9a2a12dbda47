"""Entities in, links and clusters out: blocking, scoring, rivals, clustering."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.linking.blocking import candidate_pairs
from workbench.linking.clusters import Clusters
from workbench.linking.entity import Entity, Link
from workbench.linking.prepared import prepare
from workbench.linking.scoring import score
from workbench.linking.surroundings import Surroundings
from workbench.linking.weights import APART_SCORE, LINK_SCORE

RIVAL_BITS = 4.0
"""A short name goes to the best of several long ones only when it is this much better than the next."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What linking found.

    Parameters
    ----------
    links : tuple of Link
        By ids; each pair once, the smaller id left.
    clusters : dict of str to str
        Entity id -> the smallest id of its cluster; every entity is there.
    compared : int
        Pairs that were scored.
    """

    links: tuple[Link, ...]
    clusters: dict[str, str]
    compared: int


def _bits(link: Link) -> float:
    return sum(one.bits for one in link.evidence)


def _without_rivals(found: list[tuple[str | None, Link]], apart: set[tuple[str, str]]) -> list[Link]:
    """Leave out links of a short name to long ones that are different things, unless one is clearly the best."""
    kept = [link for short, link in found if short is None]
    by_short: dict[str, list[Link]] = defaultdict(list)
    for short, link in found:
        if short is not None:
            by_short[short].append(link)
    for short, links in by_short.items():
        links.sort(key=lambda link: (-_bits(link), link.left, link.right))
        best = links[0].right if links[0].left == short else links[0].left
        for link in links:
            other = link.right if link.left == short else link.left
            if (min(best, other), max(best, other)) in apart and _bits(links[0]) - _bits(link) < RIVAL_BITS:
                break
        else:
            kept += links
    return kept


def link_entities(entities: Iterable[Entity]) -> Linked:
    """Find the entities that are one thing.

    The result is a function of the set of entities: their order does not matter. Time and memory grow with the number
    of entities, not with its square (`workbench.linking.blocking.WINDOW`).

    Examples
    --------
    >>> found = link_entities([
    ...     Entity("1", "shipment-indexer", "product", sessions=frozenset({"a"})),
    ...     Entity("2", "the shipment indexer", "product", sessions=frozenset({"b"})),
    ...     Entity("3", "ledger-service", "product", sessions=frozenset({"b"})),
    ... ])
    >>> [(link.left, link.right) for link in found.links], found.clusters
    ([('1', '2')], {'1': '1', '2': '1', '3': '3'})
    """
    ready = prepare(entities)
    around = Surroundings(ready)
    found: list[tuple[str | None, Link]] = []
    apart: set[tuple[str, str]] = set()
    scored: dict[str, dict[str, bool]] = defaultdict(dict)
    compared = 0
    for at, other in candidate_pairs(ready):
        result = score(ready[at], ready[other], around)
        if result is None:
            continue
        compared += 1
        how, link = result
        good = link.score >= LINK_SCORE
        scored[link.left][link.right] = scored[link.right][link.left] = good
        if good:
            found.append((how.short.entity.entity_id if how.short else None, link))
        elif link.score <= APART_SCORE:
            apart.add((link.left, link.right))
    clusters = Clusters(sorted(apart), scored)
    for link in sorted(_without_rivals(found, apart), key=lambda one: (-_bits(one), one.left, one.right)):
        clusters.join(link)
    smallest: dict[str, str] = {}
    for one in ready:  # in the order of ids
        smallest.setdefault(clusters.root(one.entity.entity_id), one.entity.entity_id)
    labels = {one.entity.entity_id: smallest[clusters.root(one.entity.entity_id)] for one in ready}
    links = sorted(
        (link for _, link in found if labels[link.left] == labels[link.right]), key=lambda one: (one.left, one.right)
    )
    return Linked(tuple(links), labels, compared)
