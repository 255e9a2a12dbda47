"""Entities in, links and clusters out: blocking, scoring, rivals, clustering."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from workbench.linking.blocking import candidate_pairs
from workbench.linking.clusters import Clusters
from workbench.linking.entity import Entity, Link
from workbench.linking.kinds import SPELLINGS
from workbench.linking.prepared import neighbour_key, prepare
from workbench.linking.scoring import Scored, score
from workbench.linking.surroundings import Surroundings
from workbench.linking.weights import LINK_SCORE

RIVAL_BITS = 4.0
"""A doubtful name goes to the best of several things only when it is this much better than the next."""


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


def _without_rivals(found: list[Scored], apart: set[tuple[str, str]]) -> list[Scored]:
    """Leave out links of a doubtful name to things that are held apart, unless one is clearly the best."""
    kept = [one for one in found if one.doubtful is None]
    by_name: dict[str, list[Scored]] = defaultdict(list)
    for one in found:
        if one.doubtful is not None:
            by_name[one.doubtful].append(one)
    for doubtful, links in by_name.items():
        links.sort(key=_surest_first)
        best = _other_end(links[0].link, doubtful)
        rivals = (one for one in links[1:] if tuple(sorted((best, _other_end(one.link, doubtful)))) in apart)
        next_best = next(rivals, None)
        if next_best is None or links[0].bits - next_best.bits >= RIVAL_BITS:
            kept += links
    return kept


def _other_end(link: Link, end: str) -> str:
    return link.right if link.left == end else link.left


def _surest_first(one: Scored) -> tuple[float, str, str]:
    return (-one.bits, one.link.left, one.link.right)


def link_entities(entities: Iterable[Entity]) -> Linked:
    """Find the entities that are one thing.

    Organisations are linked first: two projects of one company are then beside one company, whatever their messages
    call it. The result is a function of the set of entities: their order does not matter. Time and memory grow with
    the number of entities, not with its square (`workbench.linking.blocking.WINDOW`).

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
    given = list(entities)
    bodies = [one for one in given if SPELLINGS.get(one.type, one.type) == "organisation"]
    names = _one_name_each(bodies, _link(bodies).clusters)
    return _link([_renamed(one, names) for one in given] if names else given)


def _one_name_each(entities: Iterable[Entity], clusters: dict[str, str]) -> dict[tuple[str, str], str]:
    """Tenant and key of each organisation that has several -> the one that stands for all of them."""
    found: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)  # key -> clusters
    keys: dict[tuple[str, str], set[str]] = defaultdict(set)  # cluster -> keys
    for one in entities:
        key, cluster = neighbour_key(one.name, one.type), (one.tenant_id, clusters[one.entity_id])
        found[one.tenant_id, key].add(cluster)
        keys[cluster].add(key)
    return {
        (tenant, key): min(keys[cluster])
        for (tenant, key), (cluster, *more) in found.items()
        if not more and min(keys[cluster]) != key  # a key of two organisations stands for neither
    }


def _renamed(one: Entity, names: dict[tuple[str, str], str]) -> Entity:
    """The entity, its surroundings with one name for each organisation."""

    def name(key: str) -> str:
        return names.get((one.tenant_id, key), key)

    neighbours: dict[str, float] = {}
    for key, weight in one.neighbours.items():
        neighbours[name(key)] = max(weight, neighbours.get(name(key), 0.0))
    return replace(one, neighbours=neighbours, organisations=frozenset(map(name, one.organisations)))


def _link(entities: Iterable[Entity]) -> Linked:
    ready = prepare(entities)
    around = Surroundings(ready)
    found: list[Scored] = []
    apart: set[tuple[str, str]] = set()
    scored: dict[str, dict[str, bool]] = defaultdict(dict)
    compared = 0
    for at, other in candidate_pairs(ready):
        pair = score(ready[at], ready[other], around)
        if pair is None:
            continue
        compared += 1
        left, right, good = pair.link.left, pair.link.right, pair.link.score >= LINK_SCORE
        scored[left][right] = scored[right][left] = good
        if good:
            found.append(pair)
        elif pair.apart:
            apart.add((left, right))
    kept = sorted(_without_rivals(found, apart), key=_surest_first)
    clusters = Clusters(sorted(apart), scored)
    for pair in kept:
        clusters.join(pair.link)
    smallest: dict[str, str] = {}
    for one in ready:  # in the order of ids
        smallest.setdefault(clusters.root(one.entity.entity_id), one.entity.entity_id)
    labels = {one.entity.entity_id: smallest[clusters.root(one.entity.entity_id)] for one in ready}
    links = [pair.link for pair in kept if labels[pair.link.left] == labels[pair.link.right]]
    return Linked(tuple(sorted(links, key=lambda one: (one.left, one.right))), labels, compared)
