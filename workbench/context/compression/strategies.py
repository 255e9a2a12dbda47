"""The four ways to choose what is kept, by the names that they have on the wire.

``window_summary``  the last turns as they are, before them a block for each run of turns, each with its share
``entity_graph``    sentences about the entities that are tied to most others first, then the rest
``full``            one block over everything, the best sentences wherever they stand
``hybrid``          first each run of turns gets a part, so that no time is forgotten, then the best wherever they stand
"""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.context.compression.facets import Item
from workbench.context.compression.selection import Coverage, Piece, Unit
from workbench.errors import UsageError

Strategy = Literal["window_summary", "entity_graph", "full", "hybrid"]
STRATEGIES: tuple[Strategy, ...] = ("window_summary", "entity_graph", "full", "hybrid")
_SHORT: Mapping[str, Strategy] = {"window": "window_summary", "entity": "entity_graph"}

WINDOW_TURNS = 10
"""Turns of a run, as HelixAgent's compressor has it."""

LEAST_WINDOW_TOKENS = 60
"""A run gets at least so many tokens: two sentences. With a smaller budget the runs are longer."""

HYBRID_SPREAD = 0.3
"""Share of hybrid's budget that is spread evenly over the runs. More keeps a thread of all, less keeps more facts."""


def strategy_of(name: str) -> Strategy:
    """The strategy of a wire name or of the setting's short name.

    Raises
    ------
    UsageError
        When there is no such strategy.

    Examples
    --------
    >>> strategy_of("window"), strategy_of("hybrid")
    ('window_summary', 'hybrid')
    """
    found = _SHORT.get(name, name)
    for one in STRATEGIES:
        if one == found:
            return one
    raise UsageError(f"compression strategy {name[:50]!r} is none of {', '.join((*STRATEGIES, *_SHORT))}")


def tail_turns(strategy: Strategy, turn_count: int) -> int:
    """Turns at the end that a strategy keeps as they are, where the budget allows: HelixAgent's numbers.

    Examples
    --------
    >>> tail_turns("window_summary", 100), tail_turns("full", 100), tail_turns("hybrid", 100)
    (25, 20, 0)
    """
    if strategy == "window_summary":
        return min(50, turn_count // 4)
    return min(20, turn_count // 5) if strategy == "full" else 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What a strategy chooses from, and with how much.

    Parameters
    ----------
    pieces : sequence of Piece
    coverage : Coverage
    budget_tokens : int
    """

    pieces: Sequence[Piece]
    coverage: Coverage
    budget_tokens: int


def _runs(choice: Choice, budget_tokens: int) -> list[list[int]]:
    """Places of the pieces of each run of turns."""
    turns = 1 + max((piece.turn for piece in choice.pieces), default=0)
    most = max(1, budget_tokens // LEAST_WINDOW_TOKENS)
    length = max(WINDOW_TURNS, math.ceil(turns / most))
    found: dict[int, list[int]] = {}
    for at, piece in enumerate(choice.pieces):
        found.setdefault(piece.turn // length, []).append(at)
    return list(found.values())


def _spread(choice: Choice, budget_tokens: int) -> None:
    """Fill each run with its share of a budget; what one leaves over goes to those after it."""
    runs = _runs(choice, budget_tokens)
    weights = [sum(choice.pieces[at].tokens for at in run) for run in runs]
    left, weight_left = budget_tokens, sum(weights)
    for run, weight in zip(runs, weights, strict=True):
        share = left * weight // weight_left if weight_left else 0
        before = choice.coverage.tokens
        choice.coverage.fill(run, budget_tokens=min(choice.budget_tokens, before + share))
        left -= choice.coverage.tokens - before
        weight_left -= weight


def _everywhere(choice: Choice) -> None:
    choice.coverage.fill(range(len(choice.pieces)), budget_tokens=choice.budget_tokens)


def _window_summary(choice: Choice) -> None:
    _spread(choice, choice.budget_tokens)
    _everywhere(choice)


def _entity_graph(choice: Choice) -> None:
    named = [at for at, piece in enumerate(choice.pieces) if any(kind == "entities" for kind, _ in piece.items)]
    choice.coverage.fill(named, budget_tokens=choice.budget_tokens)
    _everywhere(choice)


def _hybrid(choice: Choice) -> None:
    _spread(choice, int(choice.budget_tokens * HYBRID_SPREAD))
    _everywhere(choice)


CHOOSE: Mapping[Strategy, Callable[[Choice], None]] = {
    "window_summary": _window_summary,
    "entity_graph": _entity_graph,
    "full": _everywhere,
    "hybrid": _hybrid,
}
"""How each strategy fills its coverage."""


def graph_weights(pieces: Sequence[Piece], values: Mapping[Unit, float]) -> dict[Unit, float]:
    """The values with each entity's raised by how often it is named and with how many others.

    Two entities are tied when one turn names both. The sum of the entities' values grows to three times what it was:
    for `entity_graph` they are what counts.
    """
    by_turn: dict[int, set[Item]] = {}
    named: Counter[Item] = Counter()
    for piece in pieces:
        entities = {item for item in piece.items if item[0] == "entities"}
        named.update(entities)
        by_turn.setdefault(piece.turn, set()).update(entities)
    ties: Counter[Item] = Counter()
    for together in by_turn.values():
        for entity in together:
            ties[entity] += len(together) - 1
    raised = {entity: 1 + math.log1p(times) + math.log1p(ties[entity]) for entity, times in named.items()}
    whole, value = sum(raised.values()), sum(values.get(entity, 0.0) for entity in raised)
    return {**values, **{entity: 3 * value * weight / whole for entity, weight in raised.items() if whole}}
