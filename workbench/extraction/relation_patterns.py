"""The words that type a relationship between two neighbours of a sentence, with direction and how sure they are.

A pattern sees the words between two entities, and for some the words before the first one ("migrated from X to Y").
`inverse` says that the second one is the source: "Redis is used by Airflow". A confidence is the share of such
matches that is expected to be right; ``benchmarks/extraction.py`` measures how many are, over all.
"""

import re
from dataclasses import dataclass

from workbench.extraction.types import (
    CLASS_NAME,
    CLOUD_SERVICE,
    CONCEPT,
    CONFERENCE,
    IDENTIFIER,
    NAME,
    ORGANISATION,
    PERSON,
    PLACE,
    PRODUCT,
    TECHNOLOGY_TYPES,
)

THINGS = TECHNOLOGY_TYPES | {PRODUCT, IDENTIFIER, CLASS_NAME, CONCEPT, NAME}
ACTORS = frozenset({PERSON, ORGANISATION, NAME})
WHOLES = THINGS | {ORGANISATION, PLACE, CONFERENCE}
_PEOPLE = frozenset({PERSON, NAME})
_BODIES = frozenset({ORGANISATION, NAME, CLOUD_SERVICE})  # one may work at GitHub
_PLACES = frozenset({PLACE})
_SITES = frozenset({ORGANISATION, PLACE, CONFERENCE, IDENTIFIER, NAME, PRODUCT})

_CLAUSE = r"(?:and|or|but|which|who|because|while|when|so|than|although|though|whereas)"
_LEAD = rf"^(?:[^\w.!?]{{0,3}}(?!{_CLAUSE}\b)[\w'’\-]{{1,20}}){{0,4}}?[^\w.!?]{{0,3}}"  # "X (the scheduler) also …"
_WHICH = r"(?:,[ ]?)?(?:(?:which|that|who)[ ])?"
_TAIL = rf"(?:[ ](?!{_CLAUSE}\b)[\w'’\-]{{1,20}}){{0,4}}[ \"'“‘(]{{0,3}}$"  # "… the new version of Y"
_NEXT = r"[ ](?:the[ ])?[\"'“‘(]{0,2}$"  # nothing more than an article before the second one
_BE = r"(?:is|are|was|were|be|been|being|'s|’s)"
_MOVED = r"(?:migrat|mov|switch|upgrad|convert|port|chang|transition)\w{0,5}(?:[ ](?!to\b)[\w'’\-]{1,20}){0,3}"
_JOB = (
    r"(?:engineer|developer|scientist|analyst|manager|director|CEO|CTO|CIO|founder|co-founder|president|professor"
    r"|researcher|architect|consultant|designer|administrator|lead|head|employee|intern|fellow|lecturer|operator|SRE"
    r"|nurse|doctor|owner|officer)"
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way to say one relationship."""

    relationship_type: str
    between: re.Pattern[str]
    sources: frozenset[str]
    targets: frozenset[str]
    confidence: float
    inverse: bool = False
    before: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a relationship may hold between, and its name."""

    name: str
    sources: frozenset[str]
    targets: frozenset[str]

    def verb(self, between: str, confidence: float, *, inverse: bool = False) -> Pattern:
        """Words that may stand anywhere between, with a few others around."""
        pattern = re.compile(rf"{_LEAD}{_WHICH}\b(?:{between}){_TAIL}", re.IGNORECASE)
        return Pattern(self.name, pattern, self.sources, self.targets, confidence, inverse)

    def link(self, between: str, confidence: float, *, inverse: bool = False, before: str = "") -> Pattern:
        """Words that are all that stands between, and where given, words right before the first one."""
        pattern = re.compile(rf"^(?:{between}){_NEXT}", re.IGNORECASE)
        behind = re.compile(rf"\b(?:{before})[ ](?:(?:the|our|their|its|all)[ ])?$", re.IGNORECASE) if before else None
        return Pattern(self.name, pattern, self.sources, self.targets, confidence, inverse, behind)


_SUPERSEDES = _Ends("SUPERSEDES", WHOLES, WHOLES)
_DEPENDS_ON = _Ends("DEPENDS_ON", WHOLES, THINGS)
_READS_FROM = _Ends("READS_FROM", WHOLES, WHOLES)
_WRITES_TO = _Ends("WRITES_TO", WHOLES, WHOLES)
_WORKS_AT = _Ends("WORKS_AT", _PEOPLE, _BODIES)
_JOINED = _Ends("WORKS_AT", _PEOPLE, frozenset({ORGANISATION, NAME}))  # one joins a Slack, too
_WORKS_AT_LISTED = _Ends("WORKS_AT", _PEOPLE, frozenset({ORGANISATION}))
_LIVES_IN = _Ends("LIVES_IN", _PEOPLE, _PLACES)
_LOCATED_IN = _Ends("LOCATED_IN", _SITES, _PLACES)
_PLACE_IN = _Ends("LOCATED_IN", frozenset({ORGANISATION, PLACE, CONFERENCE}), _PLACES)
_NEAR = _Ends("LOCATED_IN", _PLACES, _PLACES)
_PREFERS = _Ends("PREFERS", ACTORS, WHOLES)
_PART_OF = _Ends("PART_OF", WHOLES, WHOLES)
_COMPARED = _Ends("COMPARED_WITH", WHOLES, WHOLES)
_USES = _Ends("USES", ACTORS | WHOLES, THINGS)
_BUILT = _Ends("USES", THINGS, THINGS)

PATTERNS: tuple[Pattern, ...] = (
    _SUPERSEDES.link(r"[ ](?:over[ ])?(?:to|onto|into)", 0.85, inverse=True, before=rf"{_MOVED}[ ]from"),
    _SUPERSEDES.link(r"[ ]from", 0.85, before=rf"{_MOVED}[ ]to"),
    _SUPERSEDES.link(r"[ ](?:with|by)", 0.85, inverse=True, before=r"(?:replac|swapp?|substitut)\w{1,3}"),
    _SUPERSEDES.verb(
        rf"{_BE}[ ](?:\w+[ ])?(?:replaced|superseded|succeeded|deprecated)[ ](?:by|with|in[ ]favou?r[ ]of)",
        0.85,
        inverse=True,
    ),
    _SUPERSEDES.verb(
        r"replaces?|replaced|supersedes?|superseded|succeeds|succeeded|took[ ]over[ ]from|the[ ]successor[ ](?:of|to)",
        0.8,
    ),
    _SUPERSEDES.verb(r"(?:gave[ ]way[ ]to|made[ ]way[ ]for)", 0.8, inverse=True),
    _DEPENDS_ON.verb(rf"{_BE}[ ](?:\w+[ ])?(?:required|needed|imported)[ ](?:by|for)", 0.8, inverse=True),
    _DEPENDS_ON.verb(
        rf"{_BE}[ ]an?[ ](?:\w+[ ])?(?:dependency|prerequisite|requirement)[ ](?:of|for)", 0.8, inverse=True
    ),
    _DEPENDS_ON.verb(
        r"(?:depends?|depended|depending|rel(?:y|ies|ied|ying)|dependent|builds?)[ ](?:heavily[ ])?(?:up)?on",
        0.85,
    ),
    _DEPENDS_ON.verb(r"requires?|required|needs?|needed|imports?", 0.75),
    _READS_FROM.verb(
        r"(?:reads?|reading|consumes?|consuming|pulls?|fetch(?:es)?|subscribes?)(?:[ ]\w+){0,2}?[ ](?:from|to)", 0.75
    ),
    _WRITES_TO.verb(
        r"(?:writes?|writing|sends?|sending|publish(?:es)?|appends?|inserts?|exports?|produces?|pushes)"
        r"(?:[ ]\w+){0,3}?[ ](?:to|into)",
        0.75,
    ),
    _WORKS_AT.verb(r"(?:works?|worked|working)[ ](?:as[ ][\w ]{1,30}[ ])?(?:at|for)", 0.85),
    _JOINED.verb(r"join(?:s|ed)?|left|quit|resigned[ ]from", 0.8),
    _WORKS_AT.verb(rf"{_JOB}[ ](?:at|of|for|with|in)", 0.85),
    _WORKS_AT.verb(r"hired|employs|employed|hires|recruited", 0.8, inverse=True),
    _WORKS_AT.link(rf"(?:['’]s)?[ ](?:\w+[ ]){{0,2}}{_JOB},?", 0.75, inverse=True),
    _WORKS_AT_LISTED.link(r"[ ](?:from|of|at)", 0.6),
    _LIVES_IN.verb(
        r"(?:lives?|lived|living|resides?|resided|based|settled)[ ](?:in|near)|(?:moved|moves|relocated)[ ]to", 0.85
    ),
    _LIVES_IN.link(r"[ ](?:is[ ]|comes[ ])?from", 0.6),
    _LOCATED_IN.verb(
        r"(?:located|based|headquartered|situated|hosted|has[ ](?:an[ ]|its[ ])?(?:office|headquarters)|offices?)[ ]?"
        r"(?:is[ ])?(?:in|near|at)",
        0.85,
    ),
    _PLACE_IN.link(r"[ ]in", 0.7),
    _NEAR.link(r"[ ]?,", 0.5),
    _PREFERS.verb(
        r"prefers?|preferred|likes?|liked|loves?|favou?rs?|favou?red|recommends?|recommended|swears?[ ]by"
        r"|(?:is|are)[ ]a[ ]fan[ ]of|chose|chooses|opted[ ]for",
        0.8,
    ),
    _PREFERS.verb(rf"{_BE}[ ](?:preferred|favou?red|liked|recommended|chosen)[ ]by", 0.8, inverse=True),
    _PART_OF.verb(
        rf"(?:{_BE}[ ])?(?:an?[ ]|the[ ]|one[ ]|now[ ])?(?:\w+[ ])?(?:part|module|component|feature|extension|subset"
        r"|member|plugin|subsidiary|division|team|layer|piece|function|tool)[ ](?:of|for|in)",
        0.8,
    ),
    _PART_OF.verb(r"(?:belongs?|belonged)[ ]to|(?:ships|comes|bundled|included)[ ](?:in|as[ ]part[ ]of)", 0.7),
    _PART_OF.verb(
        r"contains?|contained|includes?|included|consists?[ ]of|comprises?|bundles?|(?:ships|comes)[ ]with",
        0.7,
        inverse=True,
    ),
    _COMPARED.verb(
        r"vs\.?|versus|compared[ ](?:to|with)|instead[ ]of|rather[ ]than|in[ ]place[ ]of|alternative[ ]to|similar[ ]to"
        r"|different[ ]from|differs?[ ]from|outperforms?|beats?|\w{2,12}er[ ]than|(?:more|less)[ ]\w{2,14}[ ]than"
        r"|(?:worse|more|less)[ ]than|as[ ]\w{2,12}[ ]as",
        0.8,
    ),
    _COMPARED.link(r"[ ](?:or|over)", 0.6),
    _COMPARED.link(
        r"[ ](?:and|with|to|against)",
        0.8,
        before=r"(?:compar\w{1,5}|differences?[ ]between|choos\w{1,3}[ ]between|benchmark\w{0,3})",
    ),
    _COMPARED.link(r"[ ]?,", 0.7, before=r"compared[ ](?:to|with)|unlike"),
    _USES.verb(rf"(?:{_BE}[ ])?(?:\w+[ ])?used[ ](?:\w+[ ])?by|powers?|powered(?![ ]by)", 0.8, inverse=True),
    _USES.verb(
        r"us(?:e|es|ing)|used|adopts?|adopted|runs?[ ](?:on|in)|ran[ ]on|running[ ](?:on|in)|based[ ]on|on[ ]top[ ]of"
        r"|(?:re)?built[ ](?:with|on|in|from)|powered[ ]by|backed[ ]by|written[ ]in|implemented[ ](?:in|with)"
        r"|hosted[ ](?:on|by)|deployed[ ](?:on|to)|stores?[ ](?:\w+[ ]){0,3}in|via",
        0.8,
    ),
    _BUILT.link(r"[ ](?:on|to|in|with)", 0.6, before=r"(?:deploy|host|implement|write|wrote|build|built|run)\w{0,4}"),
)
"""In the order in which they are tried; the first that matches types the pair."""
