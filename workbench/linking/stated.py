"""What a text itself says to be one thing: renamed, called, short for, and "Sushi is my favorite food". Linear."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.linking.names import PERSONAL, forms_of

GAP_CHARS = 60
"""Characters between two names of one statement; further apart it is another thought."""

CUES = (
    "renamed",
    "rebranded",
    "called",
    "known as",
    "formerly",
    "previously",
    "short for",
    "stands for",
    "alias",
    "aka",
    "a.k.a",
    "abbreviated",
    "(",
)
"""Of these one stands in every statement between two proper names; in lower case."""

_ADVERB = r"(?:(?:now|also|still|really|definitely|probably|actually|always|personally|just|simply|clearly)\s+)*"
_BE = r"(?:is|are|was|were|['’]s|['’]re|has\s+been|have\s+been|would\s+be|would\s+have\s+to\s+be|has\s+to\s+be)"
_RENAMED = re.compile(
    rf"^[\s,(\"“]*(?:{_BE}\s+)?{_ADVERB}(?:called|renamed(?:\s+(?:to|as|into))?|rebranded(?:\s+(?:to|as))?|known\s+as|formerly"
    rf"(?:\s+known\s+as)?|previously(?:\s+known\s+as)?|a\.?k\.?a\.?|alias|short\s+for|stands\s+for|abbreviated(?:\s+(?:to|as))?)"
    r"[\s,(\"“]*(?:the\s+)?$",
    re.IGNORECASE,
)
_IS = re.compile(rf"^[\s,\"”]*{_BE}\s+{_ADVERB}(?:the\s+)?[\"“]?$", re.IGNORECASE)
_IS_ONE_OF = re.compile(rf"^[\s,\"”]*{_BE}\s+{_ADVERB}(?:one\s+of\s+)?$", re.IGNORECASE)
_IT_IS = re.compile(
    rf"^\s*[.!,;]*\s*(?:(?:and|but|so)\s+)?(?:it|they|he|she|that|those|these|this){_BE}\s+{_ADVERB}(?:one\s+of\s+)?$"
    r"|^\s*[.!,;]*\s*(?:(?:and|but|so)\s+)?(?:it|they|he|she|that|those|these|this)\s+"
    rf"{_BE}\s+{_ADVERB}(?:one\s+of\s+)?$",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"[\"”]?\s*(?:$|[^\w\s]|(?:and|or|but|so|because|since|when|if|that|which|who|as|on|in|with|of|to|by|for|from|it|i|you|he"
    r"|she|we|they|what|do|have|now|too|though|lol)\b)",
    re.IGNORECASE,
)  # after a name that is the whole predicate; in "my guest was German singer" it is not
_OBJECT = re.compile(r"\b(?:by|of|from|with|in|on|at|for|about)\s+(?:the\s+)?$", re.IGNORECASE)
_COLON = re.compile(r"^\s*[:(]\s*$")


@dataclass(frozen=True, slots=True)
class Named:
    """A name's place in a text: characters ``[start, end)``."""

    name: str
    start: int
    end: int

    @property
    def personal(self) -> bool:
        """Whether it is a thing of the speaker's, such as *my car*."""
        return PERSONAL.match(self.name) is not None

    @property
    def proper(self) -> bool:
        """Whether it has a capital: "a show called Degrassi" names a kind and one of it, not one thing twice."""
        return self.name != self.name.lower()


def is_abbreviation(short: str, long: str) -> bool:
    """Whether a short name's letters stand in a long one in order, beginning with its first.

    Examples
    --------
    >>> is_abbreviation("TF", "TensorFlow"), is_abbreviation("HPA", "Horizontal Pod Autoscaler")
    (True, True)
    >>> is_abbreviation("Redis", "PostgreSQL")
    False
    """
    few, many = forms_of(short).key, forms_of(long).key
    if not (1 < len(few) <= 6 and len(few) < len(many) and few[0] == many[0] and short[:1].isupper()):
        return False
    letters = iter(many)
    return all(letter in letters for letter in few)


def _says_one(text: str, left: Named, right: Named) -> bool:
    gap = text[left.end : right.start]
    if _OBJECT.search(text, max(0, left.start - 12), left.start):
        return False  # "a song by Metallica is my favorite": the song is
    if _RENAMED.match(gap) and left.proper and right.proper:
        return True
    if left.personal != right.personal:
        if right.personal:
            return bool(_IS_ONE_OF.match(gap) or _IT_IS.match(gap))
        return _IS.match(gap) is not None and _WHOLE.match(text, right.end) is not None
    short = is_abbreviation(left.name, right.name) or is_abbreviation(right.name, left.name)
    return short and bool(_IS.match(gap) or _COLON.match(gap))


def stated_pairs(text: str, names: Sequence[Named]) -> Iterator[tuple[int, int]]:
    """Pairs of positions in `names` that the text states to be one thing.

    Only neighbours are looked at: for each name the next one that begins after its end, and not further than
    `GAP_CHARS` away.

    Examples
    --------
    >>> text = "Lumen Clinic was renamed Clarion Health."
    >>> list(stated_pairs(text, [Named("Lumen Clinic", 0, 12), Named("Clarion Health", 25, 39)]))
    [(0, 1)]
    """
    order = sorted(range(len(names)), key=lambda at: (names[at].start, -names[at].end))
    for place, at in enumerate(order):
        left = names[at]
        nearest: int | None = None
        for other in order[place + 1 :]:
            right = names[other]
            if right.start < left.end:
                continue  # it stands within the left one
            if (nearest is not None and right.start != nearest) or right.start - left.end > GAP_CHARS:
                break
            nearest = right.start
            if _says_one(text, left, right):
                yield at, other


def states_one(text: str, names: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a text that begins with a name of one thing and ends with a name of another states that both are one.

    Parameters
    ----------
    text : str
    names, others : sequence of str
        What the two things are called; either may come first, case does not count.

    Examples
    --------
    >>> states_one("Lumen Clinic was renamed Clarion Health", ["Clarion Health"], ["Lumen Clinic"])
    True
    """
    return any(
        _says_one(
            text, Named(text[: len(left)], 0, len(left)), Named(text[-len(right) :], len(text) - len(right), len(text))
        )
        for first, last in ((names, others), (others, names))
        for left in first
        for right in last
        if left
        and right
        and len(left) + len(right) <= len(text)
        and text[: len(left)].casefold() == left.casefold()
        and text[-len(right) :].casefold() == right.casefold()
    )
