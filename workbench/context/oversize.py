"""A message that is larger than the window: refused, unless the client asks for its middle to be cut. Pure.

By default nothing is cut: a model that answers about half of a contract without knowing that it is half is worse than
an error. A client that asks for it (``x-workbench-oversize: cut``) gets the beginning and the end with a line between
them that says how much is missing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, message_tokens
from workbench.context.requests import RequestMessage
from workbench.context.window import REPLY_OVERHEAD_TOKENS

Oversize = Literal["refuse", "cut"]

HEAD_RATIO = 0.6
"""Share of what is kept that is the beginning: instructions mostly stand first, the question first or last."""

LEAST_TOKENS = 64
"""Below this nothing sensible is left of a message: it is refused all the same."""


def _cut_text(text: str, room: int, model: str) -> str:
    """Beginning and end of a text, with a marked gap, in at most `room` tokens, found by halving."""
    low, high = 0, len(text)
    best = ""
    while low < high:
        kept = (low + high + 1) // 2
        head = int(kept * HEAD_RATIO)
        tail = text[len(text) - (kept - head) :] if kept > head else ""
        shown = f"{text[:head]}\n[… {len(text) - kept:,} characters left out here …]\n{tail}"
        if message_tokens(shown, model) <= room:
            low, best = kept, shown
        else:
            high = kept - 1
    return best


def cut_to_fit(messages: Sequence[RequestMessage], *, budget_tokens: int, model: str) -> list[RequestMessage]:
    """The messages, the middle of the largest text among the system messages and the last message cut so that they fit.

    Parameters
    ----------
    messages : sequence of RequestMessage
    budget_tokens : int
        Of the whole window.
    model : str

    Returns
    -------
    list of RequestMessage
        The same ones when they fit, or when cutting one text cannot help; only a content that is plain text is cut.
    """
    kept = [at for at, one in enumerate(messages) if one.role == "system" or at == len(messages) - 1]
    needed = REPLY_OVERHEAD_TOKENS + sum(messages[at].tokens for at in kept)
    texts = [at for at in kept if isinstance(messages[at].wire.get("content"), str)]
    if needed <= budget_tokens or not texts:
        return list(messages)
    largest = max(texts, key=lambda at: messages[at].tokens)
    room = messages[largest].tokens - (needed - budget_tokens)
    if room < LEAST_TOKENS + MESSAGE_OVERHEAD_TOKENS:
        return list(messages)
    text = _cut_text(messages[largest].text, room, model)
    cut = replace(
        messages[largest],
        text=text,
        tokens=message_tokens(text, model),
        wire={**messages[largest].wire, "content": text},
    )
    return [cut if at == largest else one for at, one in enumerate(messages)]
