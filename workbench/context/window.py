"""Which messages and turns go into a window of so many tokens. Pure; the result always fits.

The system messages (pinned) and the request's last message, then the rest of the request newest first, then the
conversation's newest turns; `workbench.context.assembly` puts what is older between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from workbench.catalogue.tokenizers import STORE_TOKENIZER
from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens
from workbench.context.formatting import TOOL_RESULT
from workbench.context.requests import RequestMessage, blocks_of
from workbench.context.turns import Turn
from workbench.errors import UsageError

REPLY_OVERHEAD_TOKENS = 3
"""Tokens that a provider adds to open the answer (OpenAI's cookbook, as of 2024-07)."""

KEPT_COUNTS = 32_768
KEPT_CHARS = 1_000
"""Texts up to this length have their tokens remembered, so many of them: some 30 MB at most."""


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


@lru_cache(maxsize=KEPT_COUNTS)
def _counted(text: str, tokenizer: str) -> int:
    return count_tokens(text, tokenizer)


def text_tokens(text: str, tokenizer: str) -> int:
    """`count_tokens`, remembered for short texts: one conversation's windows count the same turns again and again."""
    return _counted(text, tokenizer) if len(text) <= KEPT_CHARS else count_tokens(text, tokenizer)


def turn_cost(turn: Turn, tokenizer: str = STORE_TOKENIZER) -> int:
    """Tokens of a turn in a window, its overhead included (and the words that introduce a tool's answer)."""
    if turn.role == "tool":
        return text_tokens(TOOL_RESULT + turn.text, tokenizer) + MESSAGE_OVERHEAD_TOKENS
    tokens = turn.tokens if tokenizer == STORE_TOKENIZER else text_tokens(turn.text, tokenizer)
    return tokens + MESSAGE_OVERHEAD_TOKENS


def fit_request(
    messages: Sequence[RequestMessage], *, budget_tokens: int, recent_tokens: int | None = None
) -> FittedRequest:
    """The system messages, and as many of the others as fit, newest first, calls with their answers.

    Parameters
    ----------
    messages : sequence of RequestMessage
    budget_tokens : int
    recent_tokens : int, optional
        Where not everything fits: tokens of the talk that is kept, so that room is left for what is older. The first
        message that is kept then changes only in steps of half of this, so that the window's beginning stays the same.

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
    costs = [sum(message.tokens for message in block) for block in blocks]
    first_block = 0
    if recent_tokens is not None and used + sum(costs) > budget_tokens:
        first_block = min(len(blocks) - 1, stepped_start(costs, total=sum(costs), budget_tokens=recent_tokens))
    for number, block in reversed(list(enumerate(blocks))):
        cost = costs[number]
        if used + cost > budget_tokens or number < first_block:
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


def stepped_start(costs: Sequence[int], *, total: int, budget_tokens: int) -> int:
    """Where a run at the end begins that fits a budget and whose beginning moves only in steps.

    A run that were as long as fits would begin one turn later each time, and no two windows would begin alike. Here the
    beginning stands on a scale of the conversation's tokens, and moves on by half of the budget when the run has grown
    to all of it.

    Parameters
    ----------
    costs : sequence of int
        Tokens of the conversation's last turns, in order.
    total : int
        Tokens of the whole conversation; more than the sum of `costs` when earlier turns are not among them.
    budget_tokens : int

    Returns
    -------
    int
        The first place that is in the run; ``len(costs)`` when not even the last one fits.

    Examples
    --------
    Ten turns of 10, a budget of 40, steps of 20. The beginning lies at 60, the next multiple of 20 from 100 - 40 on;
    with one turn more it moves to 80, and stays there for the turn after that:

    >>> [stepped_start([10] * n, total=10 * n, budget_tokens=40) for n in (10, 11, 12)]
    [6, 8, 8]
    """
    if total <= budget_tokens:
        return 0
    step = max(1, budget_tokens // 2)
    begin = -(-(total - budget_tokens) // step) * step
    offset, place = total, len(costs)
    while place > 0 and offset - costs[place - 1] >= begin:
        offset -= costs[place - 1]
        place -= 1
    return place


def newest_that_fit(turns: Sequence[Turn], *, budget_tokens: int, tokenizer: str = STORE_TOKENIZER) -> list[Turn]:
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
        used += turn_cost(turns[place], tokenizer)
        if used > budget_tokens:
            return list(turns[place + 1 :])
    return list(turns)
