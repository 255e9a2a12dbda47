"""What a window is built for, and what it reads from: stored turns, searches. Pure; stores and indexes implement it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from workbench.context.compression.strategies import Strategy
from workbench.context.layout import Block, Chunk
from workbench.context.turns import Turn
from workbench.context.window import FittedRequest, text_tokens, turn_cost


class Hit(Protocol):
    """A turn that was found for a question; `workbench.pipelines.retrieve` gives them."""

    @property
    def turn_id(self) -> str:
        """Its event's id."""
        ...

    @property
    def sequence(self) -> int:
        """Its place in the conversation."""
        ...

    @property
    def score(self) -> float:
        """Higher is better."""
        ...


class TurnSearch(Protocol):
    """What finds turns that answer a question."""

    def search(
        self, tenant_id: str, *, conversation_ids: Sequence[str], query: str, k: int, asked_at: datetime | None = None
    ) -> Sequence[Hit]:
        """The best `k` turns of some conversations, best first."""
        ...


class DocumentSearch(Protocol):
    """What finds parts of documents that answer a question."""

    def search(self, tenant_id: str, query: str, k: int) -> Sequence[Chunk]:
        """The best `k` chunks, best first."""
        ...


@dataclass(frozen=True, slots=True)
class Ask:
    """What a window is built for.

    Parameters
    ----------
    request : FittedRequest
    budget_tokens : int
        Of the whole window.
    tokenizer : str
        The model's.
    query : str
        What is searched for; empty for nothing.
    strategy : str
        How the past is shortened.
    """

    request: FittedRequest
    budget_tokens: int
    tokenizer: str
    query: str
    strategy: Strategy

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return text_tokens(text, self.tokenizer)

    def cost(self, turn: Turn) -> int:
        """Tokens of a turn as a message of its own."""
        return turn_cost(turn, self.tokenizer)


@dataclass(frozen=True, slots=True)
class Newest:
    """The end of a conversation.

    Parameters
    ----------
    turns : sequence of Turn
        In order, system turns left out.
    system : Turn or None
        The newest system turn, however far back.
    message_count : int
        Turns that there are.
    total_tokens : int
        Of all turns, the overhead of each included, as the store counts.
    complete : bool
        Whether there is nothing but these turns.
    """

    turns: Sequence[Turn]
    system: Turn | None
    message_count: int
    total_tokens: int
    complete: bool


class Past(Protocol):
    """One conversation's stored turns."""

    def newest(self, budget_tokens: int) -> Newest:
        """The newest turns that fit."""
        ...

    def pinned(self) -> Sequence[Turn]:
        """Turns that the user pinned, in order."""
        ...

    def shortened(self, before_sequence: int, *, budget_tokens: int, ask: Ask) -> Block:
        """What was said before a place, shortened; the same for the same place, whatever is asked."""
        ...

    def turns(self, sequences: Sequence[int]) -> Sequence[Turn]:
        """The turns with these numbers, in order; those that are gone are left out."""
        ...

    def find(self, query: str, k: int) -> Sequence[Hit]:
        """The best turns for a question, best first; none where nothing can be searched."""
        ...

    def weightiest(self, before_sequence: int, budget_tokens: int) -> Sequence[Turn]:
        """Turns before a place by the priority of their segments, highest first."""
        ...
