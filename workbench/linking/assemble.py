"""Entities with their surroundings, from which messages of which sessions name them. Pure, bounded."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.linking.entity import Entity
from workbench.linking.kinds import SPELLINGS
from workbench.linking.prepared import neighbour_key

FURTHER_AWAY = 0.7
"""Weight of a neighbour that the session names in another message."""

MOST_NEIGHBOURS = 200
"""Neighbours of one entity that are kept, the most frequent ones: a popular name has thousands, which say no more."""

LONG_SESSION = 400
"""Names in one session from which on only those of the same message are neighbours: all else would be noise, and
grow with the square."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """One entity and where it is named.

    Parameters
    ----------
    entity_id, name, type : str
    messages : tuple of (message, session)
        Ids; of messages that name it.
    aliases : tuple of str
    stated : frozenset of str
        Ids of entities that a text states to be the same thing.
    """

    entity_id: str
    name: str
    type: str
    messages: tuple[tuple[str, str], ...]
    aliases: tuple[str, ...] = ()
    stated: frozenset[str] = frozenset()


def assemble(found: Iterable[Occurrences], *, tenant_id: str = "default") -> list[Entity]:
    """Entities of one tenant with sessions, neighbours and organisations.

    Examples
    --------
    >>> kafka, acme = assemble([
    ...     Occurrences("1", "Apache Kafka", "technology", (("m", "s"),)),
    ...     Occurrences("2", "Acme Ltd", "organisation", (("m", "s"),)),
    ... ])
    >>> dict(kafka.neighbours), sorted(kafka.organisations)
    ({'acme': 1.0}, ['acme'])
    """
    given = list(found)
    by_message: dict[str, set[str]] = defaultdict(set)
    by_session: dict[str, set[str]] = defaultdict(set)
    bodies: dict[str, set[str]] = defaultdict(set)
    keys = {one.entity_id: neighbour_key(one.name, one.type) for one in given}
    for one in given:
        key = keys[one.entity_id]
        for message, session in one.messages:
            by_message[message].add(key)
            by_session[session].add(key)
            if SPELLINGS.get(one.type, one.type) == "organisation":
                bodies[message].add(key)
    entities = []
    for one in given:
        near: Counter[str] = Counter()
        organisations: set[str] = set()
        sessions = {session for _, session in one.messages}
        for message, _ in one.messages:
            near.update(by_message[message])
            organisations |= bodies[message]
        far = Counter(
            key for session in sessions if len(by_session[session]) <= LONG_SESSION for key in by_session[session]
        )
        for key in near:
            del far[key]
        near.pop(keys[one.entity_id], None)
        kept = _most_frequent(near, MOST_NEIGHBOURS)
        neighbours = dict.fromkeys(kept, 1.0)
        neighbours |= dict.fromkeys(_most_frequent(far, MOST_NEIGHBOURS - len(kept)), FURTHER_AWAY)
        entities.append(
            Entity(
                one.entity_id,
                one.name,
                one.type,
                tenant_id=tenant_id,
                aliases=one.aliases,
                sessions=frozenset(sessions),
                neighbours=neighbours,
                organisations=frozenset(organisations),
                stated=one.stated,
            )
        )
    return entities


def _most_frequent(counts: Counter[str], limit: int) -> list[str]:
    if len(counts) <= limit:
        return sorted(counts)
    return sorted(counts, key=lambda key: (-counts[key], key))[: max(0, limit)]
