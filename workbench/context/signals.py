"""What in a turn speaks for keeping it, and which words it is about: found by pattern, in some microseconds.

Deliberately plain, so that a score can be explained by pointing at the text. The words are English; in other
languages names, numbers and code are found. The full extraction (`workbench.extraction`) finds more and takes
some sixty times as long, which the writing of events cannot bear; closed segments are described with it later.
"""

import re
from typing import NamedTuple

SCANNED_CHARS = 20_000
"""Characters of a turn that are looked at: a pasted log of megabytes must not slow the sink down."""

STEMS_A_TURN = 24
"""Distinct stems that are kept of a turn, the first ones: a sentence or two say what a turn is about."""

STEM_CHARS = 5
"""Letters of a word that are its stem here. For telling topics that is as good as a stemmer of English (Pk .345 and
.350, `docs/segments.md`), takes a third of a microsecond instead of three, and serves other languages, too."""

NAMES_A_TURN = 8
NAME_CHARS = 40
"""Bounds of the names that are kept: state that travels with every open segment."""

_WORD = re.compile(r"[^\W\d_][\w'’]+")
# The first character comes before the condition on what stands before it: the scan is for capitals, not for each place.
_NAME = re.compile(r"[A-Z](?<=[^\W_.!?][ ,].)[\w.+#-]*\w|[A-Z][A-Z][A-Za-z0-9]*")
_CODE = re.compile(r"\w\([\w'\"]*[,)]|\w/\w+/\w|[a-z][A-Z]")
_NUMBER = re.compile(r"\d")
_PHRASE = re.compile(r"\b(?:from now on|my name|call me|instead of|i will|we will)\b", re.IGNORECASE)
_PHRASE_WORDS = frozenset({"now", "name", "call", "instead", "will"})

_DECISIONS = """
    decide decided decision decisions agree agreed agreement choose chose chosen settled settle concluded
    approved rejected
"""
DECISIONS = frozenset(_DECISIONS.split())
_PREFERENCES = """
    prefer prefers preferred preference rather favorite favourite hate dislike allergic
"""
PREFERENCES = frozenset(_PREFERENCES.split())
_COMMITMENTS = """
    must always never remember remind promise promised promises deadline due shall todo tomorrow scheduled
    schedule appointment committed guarantee i'll we'll
"""
COMMITMENTS = frozenset(_COMMITMENTS.split())
_CUES = DECISIONS | PREFERENCES | COMMITMENTS | _PHRASE_WORDS

_STOP_WORDS = """
    a about actually after again all also always am an and another any anything are aren't around as at back be
    because been before being but by came can can't come could couldn't day did didn't do does doesn't doing
    don't down each else even ever every everyone everything few first for from get gets getting give go goes
    going gonna good got great guess had hadn't has hasn't have haven't having he he's hello her here hers hey
    hi him his hope how how's i i'd i'll i'm i've if in into is isn't it it's its just keep kind know last let
    let's like little long look lot lots made make makes many maybe me mean more most much must my myself need
    never new nice no nor not nothing now of off oh ok okay old on once one only or other our out over own
    people please pretty probably quite rather really right said same saw say says see seem seems she should
    shouldn't so some someone something sometimes soon sorry still stuff such sure take talk tell than thank
    thanks that that's the their them then there there's these they they're thing things think this those though
    thought through till time times to today together told too took try two under until up us use used very
    wanna want was wasn't way we we'll we're well went were weren't what what's when where which while who whole
    whom whose why will wish with won't wonder work would wouldn't yeah year years yep yes yet you you'd you'll
    you're you've your yours yourself haha lol
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing about a topic; chat's own (greetings, laughter, agreement) among them."""


class Signals(NamedTuple):
    """What a turn has; `fact` is a number, code or an address, `commitment` also holds for decisions and preferences.

    `names` are words that look like names, as they stand; `stems` the words that tell its topic.
    """

    fact: bool
    commitment: bool
    decision: bool = False
    preference: bool = False
    promise: bool = False
    code: bool = False
    number: bool = False
    names: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()


def _has_code(text: str) -> bool:
    if "`" in text or "_" in text or "@" in text or "{" in text or "://" in text or "\\" in text or "()" in text:
        return True
    # Telling a call, a path or camelCase takes a scan; most of what people say has none of their characters.
    return ("(" in text or "/" in text) and _CODE.search(text) is not None


def signals_of(text: str) -> Signals:
    """The signals of a text; linear in it, and bounded by `SCANNED_CHARS`.

    Examples
    --------
    >>> found = signals_of("From now on use port 9092 of Kafka.")
    >>> found.fact, found.commitment, found.number, found.code, found.names, found.stems
    (True, True, True, False, ('Kafka',), ('port', 'kafka'))
    >>> signals_of("Thanks!")
    Signals(fact=False, commitment=False, decision=False, preference=False, promise=False, code=False, number=False, \
names=(), stems=())
    """
    scanned = text[:SCANNED_CHARS]
    words = dict.fromkeys(_WORD.findall(scanned.lower()))
    decision = preference = promise = False
    said = words.keys()
    if not _CUES.isdisjoint(said):
        decision, preference = not DECISIONS.isdisjoint(said), not PREFERENCES.isdisjoint(said)
        promise = not COMMITMENTS.isdisjoint(said) or _PHRASE.search(scanned) is not None
    code, number = _has_code(scanned), _NUMBER.search(scanned) is not None
    topical = [word for word in words if word not in STOP_WORDS][: 2 * STEMS_A_TURN]
    stems = tuple(dict.fromkeys([word[:STEM_CHARS] for word in topical]))[:STEMS_A_TURN]
    names = () if scanned.islower() else tuple(dict.fromkeys(_NAME.findall(scanned)))[:NAMES_A_TURN]
    if names:
        names = tuple(name[:NAME_CHARS] for name in names)
    return Signals(
        code or number, decision or preference or promise, decision, preference, promise, code, number, names, stems
    )
