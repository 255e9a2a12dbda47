"""From mentions to clusters: the same name within one session is one thing, across sessions the linker decides."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.linking.assemble import Occurrences, assemble
from workbench.linking.entity import Entity
from workbench.linking.link import Linked, link_entities
from workbench.linking.names import forms_of
from workbench.linking.stated import Named, stated_pairs

_ELLIPTIC = frozenset({"favorite", "favorites", "favourite", "favourites", "own", "one", "ones", "best", "choice"})


@dataclass(frozen=True, slots=True)
class SessionMention:
    """One mention.

    Parameters
    ----------
    session : str
    turn : int
    start, end : int
        Characters of the turn's text.
    name : str
    type : str
        ``name`` when the kind is unknown.
    """

    session: str
    turn: int
    start: int
    end: int
    name: str
    type: str = "name"


@dataclass(frozen=True, slots=True)
class LinkedMentions:
    """Clusters of mentions, with the entities and links behind them.

    Parameters
    ----------
    labels : tuple of str
        One per mention, in their order; equal for one thing.
    entity_ids : tuple of str
        One per mention: its name within its session.
    linked : Linked
    """

    labels: tuple[str, ...]
    entity_ids: tuple[str, ...]
    linked: Linked


def local_id(mention: SessionMention) -> str:
    """The id of a mention's name within its session; "my favorite" is another thing in each message."""
    forms = forms_of(mention.name, mention.type)
    turn = str(mention.turn) if mention.type == "personal" and forms.words[-1:] and forms.words[-1] in _ELLIPTIC else ""
    return "\x1f".join((mention.session, mention.type, forms.key, turn))


def _statements(mentions: Sequence[SessionMention], texts: Mapping[tuple[str, int], str]) -> dict[str, set[str]]:
    by_turn: dict[tuple[str, int], list[SessionMention]] = defaultdict(list)
    for one in mentions:
        by_turn[one.session, one.turn].append(one)
    stated: dict[str, set[str]] = defaultdict(set)
    for turn, found in by_turn.items():
        text = texts.get(turn)
        if text is not None:
            for left, right in stated_pairs(text, [Named(one.name, one.start, one.end) for one in found]):
                for one, other in ((found[left], found[right]), (found[right], found[left])):
                    stated[local_id(one)].add(local_id(other))
    return stated


def local_entities(
    mentions: Sequence[SessionMention], texts: Mapping[tuple[str, int], str] | None = None
) -> list[Entity]:
    """One entity per session, type and name, with what stands beside it.

    Parameters
    ----------
    mentions : sequence of SessionMention
    texts : mapping of (session, turn) to str, optional
        Where given, statements ("was renamed", "is my favorite") are read from them.
    """
    stated = _statements(mentions, texts or {})
    first: dict[str, SessionMention] = {}
    messages: dict[str, dict[tuple[str, str], None]] = defaultdict(dict)
    for one in mentions:
        first.setdefault(local_id(one), one)
        messages[local_id(one)][f"{one.session}\x1f{one.turn}", one.session] = None
    return assemble(
        Occurrences(
            entity_id, one.name, one.type, tuple(messages[entity_id]), stated=frozenset(stated.get(entity_id, ()))
        )
        for entity_id, one in first.items()
    )


def cluster_mentions(
    mentions: Iterable[SessionMention], texts: Mapping[tuple[str, int], str] | None = None
) -> LinkedMentions:
    """Cluster mentions of many sessions.

    Examples
    --------
    >>> found = cluster_mentions([
    ...     SessionMention("a", 0, 0, 3, "k8s", "technology"),
    ...     SessionMention("b", 0, 0, 10, "Kubernetes", "technology"),
    ... ])
    >>> found.labels[0] == found.labels[1]
    True
    """
    given = list(mentions)
    linked = link_entities(local_entities(given, texts))
    ids = tuple(local_id(one) for one in given)
    return LinkedMentions(tuple(linked.clusters[one] for one in ids), ids, linked)
