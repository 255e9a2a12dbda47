"""A conversation's past in memory, as `workbench.context.assembly` reads it; pure."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.blocks import past_block
from workbench.context.layout import NO_BLOCK, Block
from workbench.context.retrieval.terms import analyse
from workbench.context.sources import Ask, Newest
from workbench.context.turns import Turn
from workbench.context.window import newest_that_fit, turn_cost

SAMPLE_TURNS = 400
"""Turns before the recent ones of which a shortened past is made."""

SEARCHED_TURNS = 5_000
"""Most turns that are compared with a question, the newest."""


@dataclass(frozen=True, slots=True)
class WordHit:
    """A turn that shares words with a question."""

    turn_id: str
    sequence: int
    score: float


class ReplayedPast:
    """Turns in a list; see `workbench.context.sources.Past`.

    Questions are answered by words in common, rare words first: there is no index to ask.

    Parameters
    ----------
    turns : sequence of Turn
        In the order of their sequence.
    complete : bool
        Whether nothing older is missing.
    """

    def __init__(self, turns: Sequence[Turn], *, complete: bool) -> None:
        self._turns = list(turns)
        self._complete = complete

    def newest(self, budget_tokens: int) -> Newest:
        """The newest turns that fit."""
        talk = [turn for turn in self._turns if turn.role != "system"]
        system = next((turn for turn in reversed(self._turns) if turn.role == "system"), None)
        fitting = newest_that_fit(talk, budget_tokens=budget_tokens)
        total = sum(turn.tokens + MESSAGE_OVERHEAD_TOKENS for turn in self._turns)
        complete = self._complete and len(fitting) == len(talk)
        return Newest(fitting, system, len(self._turns), total, complete)

    def pinned(self) -> Sequence[Turn]:
        """None: what users pinned is in PostgreSQL alone."""
        return []

    def shortened(self, before_sequence: int, *, budget_tokens: int, ask: Ask) -> Block:
        """What was said before a place, shortened."""
        older = [turn for turn in self._turns if turn.sequence < before_sequence and turn.role != "system"]
        if not older or budget_tokens <= 0:
            return NO_BLOCK
        return past_block(older[-SAMPLE_TURNS:], budget_tokens=budget_tokens, strategy=ask.strategy, count=ask.count)

    def turns(self, sequences: Sequence[int]) -> Sequence[Turn]:
        """The turns with these numbers, in order."""
        wanted = set(sequences)
        return [turn for turn in self._turns if turn.sequence in wanted]

    def find(self, query: str, k: int) -> Sequence[WordHit]:
        """The best turns for a question, best first."""
        asked = frozenset(analyse(query))
        if not asked:
            return []
        words = {turn: asked.intersection(analyse(turn.text)) for turn in self._turns[-SEARCHED_TURNS:]}
        found = Counter(word for shared in words.values() for word in shared)
        rarity = {word: math.log(1 + len(words) / times) for word, times in found.items()}
        hits = [
            WordHit(turn.turn_id, turn.sequence, sum(rarity[word] for word in shared))
            for turn, shared in words.items()
            if shared
        ]
        return sorted(hits, key=lambda hit: (-hit.score, -hit.sequence))[:k]

    def weightiest(self, before_sequence: int, budget_tokens: int) -> Sequence[Turn]:
        """The turns before a place, the newest first, as many as fit."""
        older = [turn for turn in self._turns if turn.sequence < before_sequence]
        found: list[Turn] = []
        used = 0
        for turn in reversed(older):
            used += turn_cost(turn)
            if used > budget_tokens:
                break
            found.append(turn)
        return found
