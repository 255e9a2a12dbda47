"""From links that hold now and links that were told before to what must be told: new, changed, gone. Pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.linking.entity import Link

SCORE_STEP = 0.01
"""Least change of a score that is told: every new conversation moves some score by a little."""


@dataclass(frozen=True, slots=True)
class Told:
    """A link as it was told last.

    Parameters
    ----------
    left, right : str
        Entity ids.
    holds : bool
        Whether it is believed now.
    score : float
    event_id : str
        What told it last; a deletion leaves the event before it.
    since : datetime
        Since when it holds, or since when it does not; what is told next begins then too, and so replaces it.
    """

    left: str
    right: str
    holds: bool
    score: float
    event_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to tell.

    Parameters
    ----------
    verb : {"created", "updated", "deleted"}
    left, right : str
    link : Link or None
        None when it is gone.
    before : Told or None
        None when the pair was never told of.
    """

    verb: Literal["created", "updated", "deleted"]
    left: str
    right: str
    link: Link | None
    before: Told | None


def changes(links: Iterable[Link], told: Iterable[Told], *, compared: Collection[str]) -> list[Change]:
    """What must be told so that the links are known, in order of the pairs.

    Parameters
    ----------
    links : iterable of Link
        Those that hold.
    told : iterable of Told
    compared : collection of str
        Ids of the entities that took part. A link to one that did not (it was merged or deleted) is left as it is.

    Examples
    --------
    >>> [one.verb for one in changes([Link("a", "b", 0.97, ())], [], compared={"a", "b"})]
    ['created']
    """
    before = {(one.left, one.right): one for one in told}
    found: dict[tuple[str, str], Change] = {}
    for link in links:
        pair = (link.left, link.right)
        known = before.get(pair)
        if known is None or not known.holds:
            found[pair] = Change("created", *pair, link, known)
        elif abs(known.score - link.score) >= SCORE_STEP:
            found[pair] = Change("updated", *pair, link, known)
        before.pop(pair, None)
    for pair, known in before.items():
        if known.holds and pair[0] in compared and pair[1] in compared:
            found[pair] = Change("deleted", *pair, None, known)
    return [found[pair] for pair in sorted(found)]
