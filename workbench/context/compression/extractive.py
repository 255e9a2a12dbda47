"""Compress turns into a budget of tokens: sentences as they were said, each with its turn, never over the budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.catalogue.tokenizers import STORE_TOKENIZER
from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens
from workbench.context.compression.facets import Item, Quality, items_of, quality_of
from workbench.context.compression.pieces import pieces_of
from workbench.context.compression.rendering import LineOpening, render
from workbench.context.compression.selection import Coverage, content_words, cut, unit_values
from workbench.context.compression.strategies import CHOOSE, Choice, Strategy, graph_weights, strategy_of, tail_turns
from workbench.context.formatting import openai_messages
from workbench.context.turns import Turn

TAIL_RATIO = 0.3
"""Most of the budget that goes to turns kept as they are: they are the talk's thread, the rest are its facts."""

Method = Literal["verbatim", "extractive", "abstractive", "extractive_fallback"]
"""``extractive_fallback``: a model was to summarise and could not; `Compressed.fallback` says why."""


@dataclass(frozen=True, slots=True)
class Compressed:
    """What was made of some turns.

    Parameters
    ----------
    messages : tuple of mapping
        OpenAI's shape, in the conversation's order. A block of kept sentences is a message of the user: what users
        said must not get the authority of a system message.
    text : str
        The same as one text.
    turn_ids : tuple of str
        Turns of which something was kept, in order; the sequence numbers in the text (``#7``) are theirs.
    sequences : tuple of int
        Theirs, in the same order.
    token_count, original_tokens : int
        Of the messages, and of the turns each as a message; the overhead of each message included.
    quality : Quality
    strategy : str
        As asked for.
    strategy_used : str
        ``none`` when everything fits as it is.
    method : {"verbatim", "extractive", "abstractive", "extractive_fallback"}
    fallback : str
        Why an abstractive compression was not used; empty when none was asked for, or it was used.
    tail_turns : int
        So many messages at the end are turns as they were said; the one before them, if any, is the block.
    """

    messages: tuple[Mapping[str, str], ...]
    text: str
    turn_ids: tuple[str, ...]
    sequences: tuple[int, ...]
    token_count: int
    original_tokens: int
    quality: Quality
    strategy: Strategy
    strategy_used: Strategy | Literal["none"]
    method: Method
    fallback: str = ""
    tail_turns: int = 0
    kept_text: str = field(default="", repr=False)
    """What `quality` was measured on: the kept sentences without labels."""
    """What `quality` was measured on: the kept sentences without labels."""

    @property
    def ratio(self) -> float:
        """Tokens by original tokens; 1 when there was nothing to compress."""
        return self.token_count / self.original_tokens if self.original_tokens else 1.0


def turn_messages(turns: Sequence[Turn], count: Callable[[str], int]) -> tuple[list[dict[str, str]], int]:
    """Turns as messages, and their tokens with each one's overhead."""
    messages = openai_messages(turns)
    return messages, sum(count(str(one["content"])) + MESSAGE_OVERHEAD_TOKENS for one in messages)


def said_in(turns: Sequence[Turn]) -> frozenset[Item]:
    """Everything of some turns that must not be lost."""
    return frozenset(item for turn in turns for piece in pieces_of(turn.text) for item in items_of(piece))


def _tail(turns: Sequence[Turn], *, most_turns: int, budget_tokens: int, count: Callable[[str], int]) -> int:
    """How many turns at the end are kept as they are."""
    used = 0
    for length in range(1, most_turns + 1):
        used += turn_messages(turns[len(turns) - length : len(turns) - length + 1], count)[1]
        if used > budget_tokens:
            return length - 1
    return most_turns


def _header(turns: Sequence[Turn]) -> str:
    return f"(Turns {turns[0].sequence} to {turns[-1].sequence} of this conversation, shortened; # is a turn's number.)"


def block_of(
    turns: Sequence[Turn], *, budget_tokens: int, strategy: Strategy, query: str | None, count: Callable[[str], int]
) -> tuple[str, list[int], str]:
    """One block of kept sentences.

    Returns
    -------
    tuple
        The block's text with its header, empty when not one sentence fits; the places of the turns in it; the kept
        sentences alone.
    """
    if not turns:
        return "", [], ""
    header = _header(turns)
    budget = budget_tokens - count(header) - 1
    if budget <= 0:
        return "", [], ""
    pieces = cut(turns, count)
    asked = content_words(query or "")
    values = unit_values(pieces, asked=asked)
    if strategy == "entity_graph":
        values = graph_weights(pieces, values)
    coverage = Coverage(pieces, values, opening=LineOpening(turns, count), asked=asked)
    by_place = dict(enumerate(pieces))
    CHOOSE[strategy](Choice(pieces, coverage, budget))
    # what lines cost is estimated on the high side: what that left free is filled, too
    spare = budget - count(render(turns, by_place, sorted(coverage.kept)))
    if spare > 0:
        coverage.fill(range(len(pieces)), budget_tokens=coverage.tokens + spare)
    taken = list(coverage.kept)
    while taken:
        # tokens of a whole are not the sum of its parts' tokens: what was taken last goes until it fits
        kept = sorted(taken)
        text = f"{header}\n{render(turns, by_place, kept)}"
        if (over := count(text) - budget_tokens) <= 0:
            return text, sorted({pieces[at].turn for at in kept}), "\n".join(pieces[at].text for at in kept)
        while over > 0 and taken:
            over -= pieces[taken.pop()].tokens
    return "", [], ""


def compress(
    turns: Sequence[Turn],
    *,
    budget_tokens: int,
    strategy: str = "hybrid",
    query: str | None = None,
    tokenizer: str = STORE_TOKENIZER,
) -> Compressed:
    """Compress turns by choosing sentences; the same turns give the same result.

    Parameters
    ----------
    turns : sequence of Turn
        In the order of their sequence.
    budget_tokens : int
        Most tokens of the result, each message's overhead included; it is never exceeded, and what is below the
        cost of one sentence gives an empty result.
    strategy : str
        A name that `strategy_of` knows.
    query : str, optional
        Sentences that share its words are preferred.
    tokenizer : str
        Which `count_tokens` counts with.

    Returns
    -------
    Compressed

    Raises
    ------
    UsageError
        When there is no such strategy or tokenizer.
    """
    chosen = strategy_of(strategy)

    def count(text: str) -> int:
        return count_tokens(text, tokenizer)

    messages, original = turn_messages(turns, count)
    said = said_in(turns)
    if original <= budget_tokens:
        everything = "\n".join(turn.text for turn in turns)
        return Compressed(
            tuple(messages),
            "\n".join(one["content"] for one in messages),
            tuple(turn.turn_id for turn in turns),
            tuple(turn.sequence for turn in turns),
            original,
            original,
            quality_of(said, everything),
            chosen,
            "none",
            "verbatim",
            tail_turns=len(turns),
            kept_text=everything,
        )
    length = _tail(
        turns,
        most_turns=tail_turns(chosen, len(turns)),
        budget_tokens=int(max(0, budget_tokens) * TAIL_RATIO),
        count=count,
    )
    older, tail = turns[: len(turns) - length], turns[len(turns) - length :]
    tail_messages, tail_tokens = turn_messages(tail, count)
    room = budget_tokens - tail_tokens - MESSAGE_OVERHEAD_TOKENS
    text, places, sentences = block_of(older, budget_tokens=room, strategy=chosen, query=query, count=count)
    block = [{"role": "user", "content": text}] if text else []
    tokens = tail_tokens + (count(text) + MESSAGE_OVERHEAD_TOKENS if text else 0)
    shown = [older[at] for at in places] + list(tail)
    kept = "\n".join((sentences, *(turn.text for turn in tail)))
    whole = [*block, *tail_messages]
    return Compressed(
        tuple(whole),
        "\n".join(one["content"] for one in whole),
        tuple(turn.turn_id for turn in shown),
        tuple(turn.sequence for turn in shown),
        tokens,
        original,
        quality_of(said, kept),
        chosen,
        chosen,
        "extractive",
        tail_turns=len(tail),
        kept_text=kept,
    )
