"""Preferences that a user states: ``I prefer short answers`` as the stems of what is liked or not. In English."""

import re
from dataclasses import dataclass

import Stemmer  # type: ignore[import-not-found]

_READ_CHARS = 4_000
"""Of a turn; preferences are said in a sentence, not in a pasted file."""

MOST_WORDS = 6
"""Content words of one statement that are kept: the preference is among the first."""

_ADVERB = r"(?:really |always |usually |generally |still |much |strongly |also |do |just |would |'d |only )*"
_STATED = re.compile(
    r"\b(?:i|we)(?: |(?='))"
    + _ADVERB
    + r"(?P<like>prefer|like|love|enjoy|favou?r|want|adore|rather(?: have| use| get)?|am a fan of)"
    r"(?: it)? (?P<like_what>[^.!?;\n]{2,80})"
    r"|\b(?:i|we) " + _ADVERB + r"(?P<dislike>hate|dislike|can(?:'|no)t stand|do(?:n't| not) (?:like|want|enjoy)|avoid)"
    r" (?P<dislike_what>[^.!?;\n]{2,80})"
    r"|\bmy (?:favou?rite|preferred|usual|go-to|preference is) (?P<favourite>[^.!?;\n]{2,80})"
    r"|(?:^|[.!?;,\n] ?)(?:please |always |and )*"
    r"(?P<ask>always|as (?:always|usual)|keep|make|use|be|answer|reply|respond|stick to|format|remember to)"
    r" (?P<ask_what>[^.!?;\n]{2,80})"
    r"|\b(?P<best>[\w+#'-]{1,40}(?: [\w+#'-]{1,40}){0,3}) (?:works|suits me|is) best(?: for (?:me|us))\b"
    r"|\b(?:in|as|with) (?P<please>[\w+#'-]{1,40}(?: [\w+#'-]{1,40}){0,2}),? please\b"
    r"|(?:^|[.!?;,\n] ?)(?:please |and )*(?P<never>never|don't|do not|no|without|avoid|stop)"
    r" (?P<never_what>[^.!?;\n]{2,60})",
    re.I,
)
_WORD = re.compile(r"[^\W_][\w+#'.-]*", re.UNICODE)
_CLAUSE = re.compile(r"\b(?:because|but|when|so that|although|since|if|rather than|instead of|over|than)\b", re.I)

_STOP_WORDS = """
    a an the i me my we our us you your u ur it its he she they them his her their this that these those there here
    to of in on at by for with from as into about up out off and or nor not no yes so too very really just only also
    is are was were be been being am do does did done doing have has had having can could will would shall should may
    might must if then than when where what who which how why all any some more most much many few other another such
    own same again still even ever never always please thanks thank ok okay like love prefer want enjoy hate dislike
    favor favour favorite favourite preferred usual usually good great nice well get got go going see know think say
    one thing things something anything everything lot lots kind sort bit way time times day please keep use using used
    answer answers answering reply replies respond response responses format because but im don dont didn doesnt
    isnt cant wont it's i'm i'd i'll i've don't that's you're let lets make makes made be new have people
    give gives show tell rather fan
"""
"""Words that say nothing about *what* is preferred. Of an answer's shape only the adjective says something."""

_STOP = frozenset(_STOP_WORDS.split())


@dataclass(frozen=True, slots=True)
class Stated:
    """One content word of a stated preference.

    Parameters
    ----------
    key : str
        ``like:`` or ``dislike:`` and the word's stem.
    phrase : str
        The words as they were said, for a description.
    """

    key: str
    phrase: str


def _words(what: str) -> list[str]:
    clause = _CLAUSE.split(what, maxsplit=1)[0]
    found = [word.casefold().strip(".'-") for word in _WORD.findall(clause)]
    return [word for word in found if len(word) > 1 and word not in _STOP][:MOST_WORDS]


def stated_preferences(text: str) -> list[Stated]:
    """What a turn says about likes, dislikes and how answers should be; each content word apart.

    A word apart and not the phrase: "I prefer short answers" and "keep it short, please" say the same.

    Examples
    --------
    >>> [one.key for one in stated_preferences("Please keep it short. I really don't like emojis.")]
    ['like:short', 'dislike:emoji']
    """
    found: dict[str, Stated] = {}
    stemmer = Stemmer.Stemmer("english")  # one for each call: it is not safe to share between threads
    # one space for several and no blank lines: what the pattern reads takes time in proportion to its length
    lines = (" ".join(line.split()) for line in text[:_READ_CHARS].splitlines())
    for match in _STATED.finditer("\n".join(line for line in lines if line)):
        named = match.groupdict()
        disliked = bool(named["dislike"] or named["never"])
        what = next(
            (
                named[name]
                for name in ("like_what", "dislike_what", "favourite", "ask_what", "best", "please", "never_what")
                if named[name]
            ),
            "",
        )
        words = _words(what)
        for word in words:
            key = f"{'dislike' if disliked else 'like'}:{stemmer.stemWord(word)}"
            found.setdefault(key, Stated(key, " ".join(words)))
    return list(found.values())
