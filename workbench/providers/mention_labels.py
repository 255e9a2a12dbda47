"""Which mentions of the technical conversations speak of the same thing, as labelled by hand.

``recordings/technical_mentions.jsonl``: one line per mention of a named thing (no common nouns), written together with
the conversations and before anything was tuned to them. Two mentions with one `cluster` speak of the same thing, in
whichever conversation they stand. Names that the conversation does not settle have no label. A version after a name is
no part of the mention, except for language models, whose versions are different models.

Conversations with an odd number are ``dev``; those with an even number are ``heldout`` and kept out of tuning.
"""

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

MENTIONS_FILE = Path(__file__).with_name("recordings") / "technical_mentions.jsonl"

Split = Literal["dev", "heldout"]


class LabelledMention(msgspec.Struct, frozen=True, gc=False):
    """One mention and what it speaks of.

    Parameters
    ----------
    conversation_id : str
        Of the technical set.
    turn : int
        From 0.
    start, end : int
        Characters ``[start, end)`` of the turn's text.
    text : str
        What stands there.
    cluster : str
        The same for all mentions of one thing, in all conversations.
    type : str
        What kind of thing it is, e.g. ``person``, ``database``; ``product`` for a project or service of some company.
    split : str
        ``dev`` or ``heldout``; the same for all mentions of a conversation.
    """

    conversation_id: str
    turn: int
    start: int
    end: int
    text: str
    cluster: str
    type: str
    split: Split


@lru_cache(maxsize=1)
def technical_mentions() -> tuple[LabelledMention, ...]:
    """The labelled mentions, in the order of conversation, turn and place.

    Examples
    --------
    >>> first = technical_mentions()[0]
    >>> first.text, first.cluster, first.type
    ('Priya Raman', 'priya-raman', 'person')
    """
    return tuple(msgspec.json.Decoder(LabelledMention).decode_lines(MENTIONS_FILE.read_bytes()))
