"""Questions about the technical conversations, each with the turns that hold its answer, as labelled by hand.

``recordings/technical_questions.jsonl``. The conversations told one after the other are one long talk of 354 turns, and
each question is asked at its end: what of the talk must a window hold for it?
"""

from functools import lru_cache
from pathlib import Path

import msgspec

QUESTIONS_FILE = Path(__file__).with_name("recordings") / "technical_questions.jsonl"


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """A turn that holds the answer.

    Parameters
    ----------
    conversation_id : str
        Of the technical set.
    turn : int
        From 0.
    """

    conversation_id: str
    turn: int


class LabelledQuestion(msgspec.Struct, frozen=True, gc=False):
    """A question and all the turns that its answer needs."""

    question: str
    evidence: tuple[Evidence, ...]


@lru_cache(maxsize=1)
def technical_questions() -> tuple[LabelledQuestion, ...]:
    """The labelled questions, in the order of their evidence.

    Examples
    --------
    >>> first = technical_questions()[0]
    >>> first.evidence[0].conversation_id, first.evidence[0].turn
    ('technical-001', 2)
    """
    return tuple(msgspec.json.Decoder(LabelledQuestion).decode_lines(QUESTIONS_FILE.read_bytes()))
