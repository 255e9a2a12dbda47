"""How two names are related: the strongest of a dozen ways, or none."""

import re
from dataclasses import dataclass

from workbench.linking.kinds import SHORTENED, UNKNOWN, VARIANTS
from workbench.linking.names import is_numeronym
from workbench.linking.prepared import Prepared
from workbench.linking.similarity import one_edit, sounds

_ADJECTIVE = re.compile(r"(?:an|ish|ese|ic)s?$")  # African, Jewish: of something, and not a short name of it

FUZZY_CHARS = 6
"""A shorter name has too many neighbours at one letter's difference (Vue, Vuex; Redis, Redux)."""

DIFFERENT = "different"
"""Both names have several words, share one, and say two things by the others: Halden Bank and Halden Insurance."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A kind of `workbench.linking.weights.NAME_BITS`, or `DIFFERENT`; `short` is the shorter of a contained pair."""

    kind: str
    short: Prepared | None = None


def _digits(text: str) -> str:
    return "".join(one for one in text if one.isdigit())


def _acronym(left: Prepared, right: Prepared) -> str | None:
    for short, long in ((left, right), (right, left)):
        key = short.forms.core_key
        if len(long.forms.core) == 1 and len(short.forms.core) == 1 and is_numeronym(key, long.forms.core_key):
            return "numeronym"
        if key in long.forms.acronyms and len(short.forms.core) == 1 and short.entity.name.isupper():
            return "acronym" if len(key) > 2 else "short acronym"
    return None


def _misspelling(left: Prepared, right: Prepared) -> bool:
    one, other = left.forms.bare_key, right.forms.bare_key
    if min(len(one), len(other)) < FUZZY_CHARS or one[0] != other[0] or _digits(one) != _digits(other):
        return False
    if left.type == right.type == "place":
        return False  # Iceland, Ireland: places are known by lists, which have no slips
    if sounds(one) == sounds(other):
        return True
    few, many = sorted((one, other), key=len)
    ending = many.startswith(few) and many[-1] != few[-1]  # America, American: another form of a word, no slip
    return one_edit(one, other) and not ending


def _contained(left: Prepared, right: Prepared) -> Prepared | None:
    """The one whose words begin or end the other's, as people shorten names; versions and letters are no words."""
    short, long = (left, right) if len(left.forms.spoken) < len(right.forms.spoken) else (right, left)
    few, many = short.forms.spoken, long.forms.spoken
    if len(few) == len(many) or any(not word.isalpha() for word in (*few, *many)):
        return None
    known = {left.type, right.type} - UNKNOWN
    if not known or (short.type in UNKNOWN and (short.forms.short or _ADJECTIVE.search(few[-1]))):
        return None
    if VARIANTS.issuperset(many[len(few) :]):
        return None
    return short if few in (many[: len(few)], many[-len(few) :]) else None


def relation(left: Prepared, right: Prepared) -> Relation | None:
    """The strongest way in which two names are related, or None.

    Examples
    --------
    >>> from workbench.linking.entity import Entity
    >>> from workbench.linking.prepared import prepare
    >>> pair = prepare([Entity("a", "HPA"), Entity("b", "Horizontal Pod Autoscaler")])
    >>> relation(*pair).kind
    'listed alias'
    """
    one, other = left.forms, right.forms
    if not one.key or not other.key:
        return None
    if right.entity.entity_id in left.entity.stated or left.entity.entity_id in right.entity.stated:
        return Relation("stated")
    if other.core_key in left.stated or one.core_key in right.stated:
        return Relation("stated")
    if (left.type == "personal") != (right.type == "personal"):
        return None  # "my car" is a car, not the notion of a car
    if one.key == other.key:
        return Relation("same name")
    if one.core_key == other.core_key:
        return Relation("same core")
    if one.bare_key == other.bare_key:
        return Relation("version")
    if len(one.core) > 1 and sorted(one.core) == sorted(other.core):
        return Relation("same words")
    if left.keys & right.keys:
        return Relation("listed alias")
    if left.listed & right.listed:
        return Relation("doubtful alias" if left.doubtful or right.doubtful else "listed alias")
    if left.listed and right.listed:
        return Relation(DIFFERENT)
    acronym = _acronym(left, right)
    if acronym:
        return Relation(acronym)
    if _misspelling(left, right):
        return Relation("misspelling")
    kinds = {left.type, right.type}
    if kinds <= SHORTENED:
        short = _contained(left, right)
        if short is not None:
            return Relation("contained", short)
        if len(kinds) == 1 and len(one.core) > 1 and len(other.core) > 1 and not {*one.core}.isdisjoint(other.core):
            return Relation(DIFFERENT)
    return None
