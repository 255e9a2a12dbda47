"""What a user does with a turn: asks for help, reports a problem, thanks, complains. By cues, in English."""

import re

PROBLEM = "problem_solving"
CREATION = "creation_task"
EXPLANATION = "explanation_request"
HELP = "help_seeking"
INTENTS = (PROBLEM, CREATION, EXPLANATION, HELP)
"""HelixAgent's names, in the order in which they are tried; what is none of them is its ``general_inquiry``."""

THANKS = "thanks"
COMPLAINT = "complaint"
QUESTION = "question"
STATEMENT = "statement"
ACTS = (*INTENTS, THANKS, COMPLAINT, QUESTION, STATEMENT)

_READ_CHARS = 2_000
"""Of a turn: what it is for stands at its beginning, and a pasted log must not cost minutes."""

_GREETING = re.compile(
    r"^\W*(?:hi|hello|hey|hiya|yo|good (?:morning|afternoon|evening|day))\b[\s\w,]{0,16}[!.,]*\s*$", re.I
)
_POLITE = r"(?:(?:please|pls|now|then|ok|okay|so|hi|hello|hey|also|and)[\s,!]+)*"
_CAN_YOU = r"(?:(?:can|could|would|will) (?:you|u) (?:please |kindly )?)"

_PROBLEM = re.compile(
    r"\b(?:error|errors|exception|exceptions|traceback|stack ?trace|segfault|debug(?:ging)?|troubleshoot(?:ing)?|"
    r"bug|bugs|crash(?:es|ed|ing)?|not working|(?:does|do|did|is|are)(?: not|n't|nt) (?:work(?:ing)?|start(?:ing)?|"
    r"respond(?:ing)?|load(?:ing)?|compil(?:e|ing))|stopped working|fails?|failed|failing|failure|broken|"
    r"time[sd]? out|timeout|hangs|stuck on|won'?t (?:start|run|work|compile|connect|load|open))\b"
    r"|^\W*" + _POLITE + _CAN_YOU + r"?(?:fix|repair|solve|resolve)\b|\bhow (?:do|can|could|should|to)\b.{0,20}\bfix\b",
    re.I,
)
_CREATION = re.compile(
    r"(?:^\W*|[.!?:]\s+\W{0,8})" + _POLITE + r"(?:" + _CAN_YOU + r"|help me (?:to )?|i (?:want|need|would like|'d like)"
    r" (?:you |to |you to )?)?(?:create|build|write|generate|implement|draft|design|compose|develop|scaffold)\b"
    r" (?:me |us |up )?(?:an?|the|some|my|our|this|new|\d+|\w+)\b",
    re.I,
)
_EXPLANATION = re.compile(
    r"\b(?:explain|elaborate on|describe how|what(?:'s| is| are) the (?:difference|meaning|purpose|idea|point)"
    r"|walk me through|teach me)\b"
    r"|^\W*" + _POLITE + r"(?:what(?:'s| is| are| does| do)|why (?:is|are|does|do|did)|how (?:does|do))"
    r" (?!(?:you|u|ur|your|up|it|that|this|going|new|he|she|they|we|i|good|wrong|the (?:matter|weather))\b)\w+",
    re.I,
)
_HELP = re.compile(
    r"\b(?:help me|need (?:some |your |a bit of )?help|can (?:you|u|someone|anyone) help|could you help|"
    r"assist me|need (?:some )?(?:assistance|advice|guidance)|(?:any|some) (?:advice|guidance) (?:on|for|about)|"
    r"how (?:do|can|should|could|would) (?:i|we|one)|how to)\b",
    re.I,
)
_THANKS = re.compile(
    r"\b(?:thank you|thanks|thank u|thx|cheers mate|much appreciated|appreciate it|that (?:works|worked|helps|helped)"
    r"|perfect,? that|solved it|problem solved)\b",
    re.I,
)
_COMPLAINT = re.compile(
    r"(?:\bthat(?:'s| is|s)? (?:wrong|incorrect|not (?:right|correct|what i (?:asked|meant|wanted)|true|helpful))\b"
    r"|\b(?:still|it) (?:does(?:n't| not)|is(?:n't| not)) (?:work|help|right|correct)"
    r"|\byou (?:misunderstood|are wrong|got it wrong|did(?:n't| not) (?:answer|understand))"
    r"|\b(?:wrong|bad|useless|terrible) answer\b|\bnot what i (?:asked|meant|wanted)\b"
    r"|^\W*(?:no,? )?that did(?:n't| not) (?:work|help)|\btry again\b)",
    re.I,
)


def is_greeting(text: str) -> bool:
    """Whether a turn only greets.

    Examples
    --------
    >>> is_greeting("Hello there!"), is_greeting("Hi, my build fails with an error")
    (True, False)
    """
    return len(text) <= 40 and _GREETING.match(text) is not None


def intent_of(text: str) -> str | None:
    """What is asked for, by HelixAgent's names; None for small talk and all else.

    Examples
    --------
    >>> intent_of("My build fails with an error, can you fix it?"), intent_of("Please write a parser for CSV")
    ('problem_solving', 'creation_task')
    >>> intent_of("What is a bloom filter?"), intent_of("How do I reset my password?"), intent_of("what are you up to?")
    ('explanation_request', 'help_seeking', None)
    """
    read = text[:_READ_CHARS]
    for intent, cue in ((PROBLEM, _PROBLEM), (CREATION, _CREATION), (EXPLANATION, _EXPLANATION), (HELP, _HELP)):
        if cue.search(read):
            return intent
    return None


def act_of(text: str) -> str:
    """The one thing that a user's turn does; what it says about the answer before comes first.

    Examples
    --------
    >>> act_of("No, that's wrong."), act_of("great, thanks!"), act_of("I went to the lake")
    ('complaint', 'thanks', 'statement')
    """
    read = text[:_READ_CHARS]
    if _COMPLAINT.search(read):
        return COMPLAINT
    if _THANKS.search(read):
        return THANKS
    return intent_of(read) or (QUESTION if "?" in read else STATEMENT)
