"""All signals of a pair and their sum: a link's score with its reasons."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.linking import weights
from workbench.linking.entity import Link, Signal
from workbench.linking.kinds import PRIVATE, UNKNOWN, agreement
from workbench.linking.prepared import Prepared
from workbench.linking.relation import DIFFERENT, Relation, relation
from workbench.linking.surroundings import Surroundings, shared_sessions, together

DIFFERENT_BITS = -20.0
"""What two incompatible types or two full names weigh: nothing around them outweighs it."""

_BY_NAME = frozenset({"same name", "same core", "version"})


def probability(bits: float) -> float:
    """Log-odds in bits as a probability.

    Examples
    --------
    >>> probability(0.0), round(probability(4.0), 3)
    (0.5, 0.941)
    """
    return 1 / (1 + math.pow(2, -bits)) if bits > -60 else 0.0


def _kind(left: Prepared, right: Prepared) -> str:
    return right.type if left.type in UNKNOWN else left.type


def _introduced(left: Prepared, right: Prepared, how: Relation, around: Surroundings) -> bool:
    """Whether a session that has the short name has this long one only."""
    both = left.entity.sessions & right.entity.sessions
    return how.short is not None and bool(both) and around.longer_names(how.short.forms.core_key, both) == 1


def _doubts(left: Prepared, right: Prepared, how: Relation, around: Surroundings) -> Iterator[Signal]:
    """What a name's own kind takes off: short, first, everyday and misspelt names say little by themselves."""
    kind, forms = _kind(left, right), left.forms
    apart = left.entity.sessions.isdisjoint(right.entity.sessions)
    if "personal" in (left.type, right.type) and apart:
        yield Signal("personal", "another speaker's", weights.PERSONAL_ELSEWHERE)
    if how.kind in _BY_NAME or (how.kind == "stated" and apart):
        surely_listed = left.listed and not left.doubtful and not any(len(key) <= 3 for key in left.listed)
        if forms.short and not surely_listed and not (kind == "concept" and forms.name.islower()):
            yield Signal("short name", forms.name, weights.SHORT_NAME)
        elif kind == "person":
            one_word = len(forms.core) == 1
            yield Signal(
                "first name" if one_word else "full name",
                forms.name,
                weights.FIRST_NAME if one_word else weights.FULL_NAME,
            )
        elif kind not in UNKNOWN and left.type != right.type and UNKNOWN & {left.type, right.type} and forms.plain:
            yield Signal("kind known on one side", kind, weights.KNOWN_BY_ONE)
        elif kind == "product" and forms.plain and how.kind != "stated":
            yield Signal("everyday project name", forms.name, weights.PLAIN_PROJECT)
        elif kind in UNKNOWN and forms.plain and around.longer_names(forms.core_key) > 1:
            yield Signal("first name", forms.name, weights.FIRST_NAME)
        elif kind in UNKNOWN and forms.plain and forms.name[:1].isupper() and not surely_listed:
            yield Signal("one word of unknown kind", forms.name, weights.UNKNOWN_WORD)
    elif how.kind == "misspelling":
        if kind == "concept":
            yield Signal("may be another word", f"{left.forms.name} / {right.forms.name}", weights.MISSPELT_WORD)
        elif kind in UNKNOWN:
            yield Signal("may be another name", f"{left.forms.name} / {right.forms.name}", weights.MISSPELT_UNKNOWN)
        elif kind in PRIVATE | {"organisation", "place"}:
            yield Signal("may be another name", f"{left.forms.name} / {right.forms.name}", weights.MISSPELT_NAME)
    elif (
        how.short is not None
        and around.longer_names(how.short.forms.core_key) > 1
        and not _introduced(left, right, how, around)
    ):
        yield Signal("rival long names", how.short.forms.name, weights.RIVALS)


def _organisations(left: Prepared, right: Prepared, kind: str) -> Iterator[Signal]:
    one, other = left.entity, right.entity
    own = left.own | right.own
    mine, theirs = one.organisations - own, other.organisations - own
    if mine & theirs:
        yield Signal("organisation", together(mine & theirs), weights.SAME_ORGANISATION)
    elif mine and theirs and kind in PRIVATE and one.sessions.isdisjoint(other.sessions):
        # a shorter form ("Northwind") or one that the session names elsewhere is no sign of another employer
        seen = any(key in other.neighbours for key in mine) or any(key in one.neighbours for key in theirs)
        alike = any(few.startswith(many) or many.startswith(few) for few in mine for many in theirs)
        if not seen and not alike:
            said = f"{together(mine)} / {together(theirs)}"
            yield Signal("organisation", said, weights.OTHER_ORGANISATION)


def _context(left: Prepared, right: Prepared, how: Relation, doubtful: bool, around: Surroundings) -> Iterator[Signal]:
    one, other = left.entity, right.entity
    kind = _kind(left, right)
    bits, shared = around.shared(left, right)
    if shared:
        yield Signal("shared neighbours", together(shared), round(bits, 2))
    elif doubtful and one.neighbours and other.neighbours and not shared_sessions(one, other):
        yield Signal("shared neighbours", "none", weights.NO_NEIGHBOUR)
    if kind in PRIVATE or how.short is not None:
        yield from _organisations(left, right, kind)
    part = shared_sessions(one, other)
    if part and how.kind in weights.SAME_SESSION and (how.short is None or _introduced(left, right, how, around)):
        yield Signal("same session", f"{part:.0%}", round(part * weights.SAME_SESSION[how.kind], 2))


@dataclass(frozen=True, slots=True)
class Scored:
    """A compared pair.

    Parameters
    ----------
    link : Link
        With its evidence, whatever its score.
    doubtful : str or None
        Id of the end that may be several things: a short form, or a name of unknown kind beside one of a known kind.
    apart : bool
        The two are held for different things.
    """

    link: Link
    doubtful: str | None
    apart: bool

    @property
    def bits(self) -> float:
        """Sum of the evidence; finer than the score, which is near 1 for most links."""
        return sum(one.bits for one in self.link.evidence)


def score(left: Prepared, right: Prepared, around: Surroundings) -> Scored | None:
    """A pair's score with its evidence; None when the names are unrelated."""
    how = relation(left, right)
    if how is None:
        return None
    one, other = left.entity, right.entity
    if how.short is not None:
        long = right if how.short is left else left
        if around.is_compound(long.forms, long.entity.sessions):
            return None
    agreed = agreement(left.type, right.type)
    if how.kind == DIFFERENT or (agreed == "other" and how.kind != "stated"):
        said = Signal(*_difference(left, right, how), DIFFERENT_BITS)
        return Scored(Link(one.entity_id, other.entity_id, 0.0, (said,)), None, True)
    evidence = [Signal(how.kind, f"{one.name} = {other.name}", weights.NAME_BITS[how.kind])]
    kinds = left.type if agreed == "same" else f"{left.type} / {right.type}"
    evidence.append(Signal("type", kinds, weights.TYPE_BITS.get(agreed, weights.STATED_OTHER_TYPE)))
    doubts = list(_doubts(left, right, how, around))
    evidence += doubts
    evidence += _context(left, right, how, bool(doubts), around)
    evidence = [signal for signal in evidence if signal.bits]
    total = weights.PRIOR + sum(signal.bits for signal in evidence)
    link = Link(one.entity_id, other.entity_id, round(probability(total), 4), tuple(evidence))
    return Scored(link, _doubtful_end(left, right, how), link.score <= weights.APART_SCORE)


def _difference(left: Prepared, right: Prepared, how: Relation) -> tuple[str, str]:
    if how.kind == DIFFERENT:
        return DIFFERENT, f"{left.entity.name} / {right.entity.name}"
    return "type", f"{left.type} / {right.type}"


def _doubtful_end(left: Prepared, right: Prepared, how: Relation) -> str | None:
    if how.short is not None:
        return how.short.entity.entity_id
    unknown = [one.entity.entity_id for one in (left, right) if one.type in UNKNOWN and one.type != "personal"]
    return unknown[0] if len(unknown) == 1 else None
