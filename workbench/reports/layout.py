"""Where to put the nodes of a small graph: springs between neighbours, repulsion between all. Pure.

Deterministic: nodes start on a sunflower spiral in the given order. Source: Fruchterman and Reingold,
Graph drawing by force-directed placement, 1991.
"""

import math
from collections.abc import Sequence

_GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_ROUNDS = 120
_ALONE = 6.0
"""How much stronger the middle pulls a node without links: pushed by all and held by none, it would stand far out and
squeeze all others."""


def _start(count: int) -> list[complex]:
    return [
        math.sqrt((at + 0.5) / count) * complex(math.cos(at * _GOLDEN_ANGLE), math.sin(at * _GOLDEN_ANGLE))
        for at in range(count)
    ]


def _spread(values: Sequence[float]) -> list[float]:
    """Half by value, half by rank, within [-1, 1]: clumps open up, neighbours stay neighbours."""
    least, most = min(values), max(values)
    width = (most - least) or 1.0
    ranked = sorted(range(len(values)), key=values.__getitem__)
    rank = {index: position for position, index in enumerate(ranked)}
    return [(value - least) / width + rank[at] / (len(values) - 1) - 1 for at, value in enumerate(values)]


def place(count: int, links: Sequence[tuple[int, int]], *, rounds: int = _ROUNDS) -> list[tuple[float, float]]:
    """A place for each node.

    Parameters
    ----------
    count : int
        Nodes; meant for up to about 150, the work grows with its square.
    links : sequence of (int, int)
        Pairs of node numbers.
    rounds : int

    Returns
    -------
    list of (x, y)
        Within [-1, 1] each, the whole of it.

    Examples
    --------
    >>> place(1, [])
    [(0.0, 0.0)]
    """
    if count < 2:
        return [(0.0, 0.0)] * count
    at = _start(count)
    ideal = math.sqrt(math.pi / count)
    pairs = sorted({(min(pair), max(pair)) for pair in links if pair[0] != pair[1]})
    linked = {end for pair in pairs for end in pair}
    pull = [1.0 if one in linked else _ALONE for one in range(count)]
    for turn in range(rounds):
        # Towards the middle, so that loose parts stay in sight.
        move = [-ideal * much * place for much, place in zip(pull, at, strict=True)]
        for one in range(count):
            for other in range(one + 1, count):
                apart = at[one] - at[other]
                push = apart * (ideal * ideal / max(abs(apart) ** 2, 1e-6))
                move[one] += push
                move[other] -= push
        for one, other in pairs:
            apart = at[one] - at[other]
            together = apart * (abs(apart) / ideal)
            move[one] -= together
            move[other] += together
        heat = 0.12 * (1 - turn / rounds)
        at = [place + step / max(abs(step), 1e-9) * min(abs(step), heat) for place, step in zip(at, move, strict=True)]
    across, up = _spread([place.real for place in at]), _spread([place.imag for place in at])
    return list(zip(across, up, strict=True))
