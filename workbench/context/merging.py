"""Stored turns and a request's messages say the same thing twice: keep each once.

Clients differ: some send only what is new, some send everything so far, some a sliding window, some
edit what they send. A client's own view of the conversation wins from the place where it begins.
"""

from collections import Counter
from collections.abc import Sequence

from workbench.context.requests import RequestMessage
from workbench.context.turns import Turn

Said = tuple[str, str]
"""Role and text."""


def _overlap(stored: Sequence[Said], sent: Sequence[Said]) -> int:
    """Most turns at the stored end that are the sent start."""
    for length in range(min(len(stored), len(sent)), 0, -1):
        if stored[-length] == sent[0] and list(stored[-length:]) == list(sent[:length]):
            return length
    return 0


def unsent(turns: Sequence[Turn], messages: Sequence[RequestMessage]) -> list[Turn]:
    """The stored turns that the client did not send along; system turns are left out on both sides.

    1. Where the end of what is stored is the start of what is sent, that part is the client's.
    2. Else, where two or more messages are sent and the first two stand somewhere in the stored turns,
       everything from the last such place on is the client's (it was edited or answered anew).
    3. Else, of several sent messages each takes away one equal stored turn, newest first.
    A single message that is no continuation takes nothing away: a question may be asked twice.

    Parameters
    ----------
    turns : sequence of Turn
        In the order of their sequence.
    messages : sequence of RequestMessage

    Returns
    -------
    list of Turn
        In the order of their sequence.

    Examples
    --------
    >>> from workbench.context.requests import read_messages
    >>> turns = [Turn(1, "user", "a", 1), Turn(2, "assistant", "b", 1)]
    >>> sent = read_messages([{"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}], "gpt-4o")
    >>> [turn.text for turn in unsent(turns, sent)]
    ['a']
    """
    history = [turn for turn in turns if turn.role != "system"]
    sent: list[Said] = [(message.role, message.text) for message in messages if message.role != "system"]
    if not sent or not history:
        return history
    stored: list[Said] = [(turn.role, turn.text) for turn in history]
    if shared := _overlap(stored, sent):
        return history[:-shared]
    if len(sent) == 1:
        return history
    for place in range(len(stored) - 2, -1, -1):
        if stored[place : place + 2] == sent[:2]:
            return history[:place]
    left = Counter(sent)
    kept: list[Turn] = []
    for turn, said in zip(reversed(history), reversed(stored), strict=True):
        if left[said] > 0:
            left[said] -= 1
        else:
            kept.append(turn)
    return kept[::-1]
