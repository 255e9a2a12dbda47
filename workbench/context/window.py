"""Which messages and turns go into a window of so many tokens. Pure; the result always fits.

In this order: the system messages (pinned) and the request's last message, then the rest of the request
newest first, then the conversation's newest turns, then older segments by priority.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
from workbench.context.formatting import TOOL_RESULT
from workbench.context.requests import RequestMessage, blocks_of
from workbench.context.turns import Turn
from workbench.errors import UsageError

REPLY_OVERHEAD_TOKENS = 3
"""Tokens that a provider adds to open the answer (OpenAI's cookbook, as of 2024-07)."""

TOOL_RESULT_TOKENS = estimate_tokens(TOOL_RESULT)

RECENT_RATIO = 0.7
"""Share of the free budget for the newest turns when the conversation is longer than the window; the rest is
for older segments. 1 would make the model forget everything old; 0 would tear the thread of the talk."""


@dataclass(frozen=True, slots=True)
class FittedRequest:
    """The part of a request that fits.

    Parameters
    ----------
    messages : tuple of RequestMessage
        In the request's order; every system message and the last message are among them.
    dropped : int
        Messages that did not fit.
    token_count : int
        Of the messages and of the reply's overhead.
    """

    messages: tuple[RequestMessage, ...]
    dropped: int
    token_count: int

    @property
    def opening(self) -> int:
        """How many system messages stand before everything else: the conversation's past goes after them."""
        roles = [message.role for message in self.messages]
        return next((place for place, role in enumerate(roles) if role != "system"), len(roles))


@dataclass(frozen=True, slots=True)
class SegmentChoice:
    """A segment that may be put into a window; `cost_tokens` includes the overhead of each turn."""

    number: int
    priority: float
    first_sequence: int
    last_sequence: int
    cost_tokens: int


def turn_cost(turn: Turn) -> int:
    """Tokens of a turn in a window, its overhead included (and the words that introduce a tool's answer)."""
    return turn.tokens + MESSAGE_OVERHEAD_TOKENS + (TOOL_RESULT_TOKENS if turn.role == "tool" else 0)


def fit_request(messages: Sequence[RequestMessage], *, budget_tokens: int) -> FittedRequest:
    """The system messages, and as many of the others as fit, newest first, calls with their answers.

    Raises
    ------
    UsageError
        When the system messages and the last message alone are over the budget: nothing may be cut
        from them without changing what was asked.
    """
    pinned = [message for message in messages if message.role == "system"]
    blocks = blocks_of([message for message in messages if message.role != "system"])
    used = REPLY_OVERHEAD_TOKENS + sum(message.tokens for message in pinned)
    kept: list[list[RequestMessage]] = []
    for block in reversed(blocks):
        cost = sum(message.tokens for message in block)
        if used + cost > budget_tokens:
            break
        kept.append(block)
        used += cost
    if used > budget_tokens or (blocks and not kept):
        needed = REPLY_OVERHEAD_TOKENS + sum(m.tokens for m in (*pinned, *(blocks[-1] if blocks else ())))
        raise UsageError(
            f"the system messages and the last message need about {needed} tokens, the window has {budget_tokens};"
            " shorten them or choose a model with a larger window"
        )
    first = kept[-1][0] if kept else None
    begun, fitted = first is None, []
    for message in messages:
        begun = begun or message is first
        if begun or message.role == "system":
            fitted.append(message)
    return FittedRequest(tuple(fitted), len(messages) - len(fitted), used)


def newest_that_fit(turns: Sequence[Turn], *, budget_tokens: int) -> list[Turn]:
    """The longest run at the end that fits, oldest first.

    Examples
    --------
    A turn of 6 tokens costs 6 + 4 = 10; two of three fit into 25:

    >>> turns = [Turn(n, "user", "said", 6) for n in (1, 2, 3)]
    >>> [turn.sequence for turn in newest_that_fit(turns, budget_tokens=25)]
    [2, 3]
    """
    used = 0
    for place in range(len(turns) - 1, -1, -1):
        used += turn_cost(turns[place])
        if used > budget_tokens:
            return list(turns[place + 1 :])
    return list(turns)


def choose_segments(segments: Sequence[SegmentChoice], *, budget_tokens: int) -> list[SegmentChoice]:
    """Whole segments by priority while they fit; one that does not fit lets smaller ones after it through.

    Returns
    -------
    list of SegmentChoice
        Highest priority first.

    Examples
    --------
    >>> segments = [SegmentChoice(1, .5, 1, 9, 40), SegmentChoice(2, .9, 10, 19, 70), SegmentChoice(3, .7, 20, 29, 50)]
    >>> [segment.number for segment in choose_segments(segments, budget_tokens=110)]
    [2, 1]
    """
    chosen: list[SegmentChoice] = []
    left = budget_tokens
    for segment in sorted(segments, key=lambda one: (-one.priority, -one.number)):
        if segment.cost_tokens <= left:
            chosen.append(segment)
            left -= segment.cost_tokens
    return chosen


def recent_allowance(turns: Sequence[Turn], *, free_tokens: int, older: bool) -> int:
    """Tokens that the newest turns may take of what is free.

    All of it when nothing older is stored and everything fits; else `RECENT_RATIO` of it.
    """
    if not older and sum(turn_cost(turn) for turn in turns) <= free_tokens:
        return free_tokens
    return int(free_tokens * RECENT_RATIO)


def fill_up(recent: Sequence[Turn], candidates: Sequence[Turn], *, free_tokens: int) -> list[Turn]:
    """Lengthen the run of newest turns backwards with what is still free.

    Parameters
    ----------
    recent : sequence of Turn
        The end of `candidates`.
    candidates : sequence of Turn
        Turns that may be in the window and are not in it through a segment, in order.
    free_tokens : int
        Tokens that neither `recent` nor a segment took.
    """
    older = candidates[: len(candidates) - len(recent)]
    return [*newest_that_fit(older, budget_tokens=free_tokens), *recent]
