"""Whether a conversation has turned to another topic: none of the last turns' words was said before them.

Lexical cohesion over stems, as in TextTiling (Hearst 1997), in a form that goes on turn by turn: on one side the
`PAST_STEMS` stems said most recently before, on the other the stems of the last `TAIL_TURNS` turns. Where both sides
share not one stem, the topic changed at the first of those turns. Eight turns of hindsight are what makes it work:
with one turn of hindsight the error is that of no segmentation at all (`docs/segments.md` has the figures).
"""

from collections.abc import Iterable, Sequence

TAIL_TURNS = 8
"""Turns on the newer side. Fewer make short asides look like topics; more find a change later than the next one."""

PAST_STEMS = 48
"""Stems on the older side, about a dozen turns of chat. More keep words alive that no longer belong to the topic."""

LEAST_TURNS = 12
"""Turns that a topic has at least before the turns on the newer side."""

LEAST_STEMS = 6
"""Distinct stems on the newer side, below which nothing can be said: "ok", "thanks", "bye"."""


def remember(past: dict[str, None], stems: Iterable[str]) -> None:
    """Add stems as the most recent ones; the least recent beyond `PAST_STEMS` are forgotten.

    Parameters
    ----------
    past : dict
        Stems, least recent first; changed in place.
    stems : iterable of str

    Examples
    --------
    >>> past = {"kafka": None, "lag": None}
    >>> remember(past, ["kafka", "topic"])
    >>> list(past)
    ['lag', 'kafka', 'topic']
    """
    for stem in stems:
        past.pop(stem, None)
        past[stem] = None
    for _ in range(len(past) - PAST_STEMS):
        del past[next(iter(past))]


def is_other_topic(past: dict[str, None], tail: Sequence[str]) -> bool:
    """Whether the turns of the tail share no stem with what was said before, and say enough to tell.

    Parameters
    ----------
    past : dict
        Stems that were said before.
    tail : sequence of str
        Stems of each turn, separated by spaces; oldest first.

    Examples
    --------
    >>> past = {"kafka": None, "lag": None, "offset": None}
    >>> is_other_topic(past, ["holiday beach", "hotel flight sun", "swim"])
    True
    >>> is_other_topic(past, ["holiday beach", "hotel flight sun", "lag"])
    False
    """
    known = past.keys()
    for stems in reversed(tail):  # the newest turn goes on with the topic as a rule: then nothing else is looked at
        if not known.isdisjoint(stems.split()):
            return False
    return bool(past) and len({stem for stems in tail for stem in stems.split()}) >= LEAST_STEMS
