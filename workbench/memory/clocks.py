"""Vector clocks: how many events of each node somebody has seen (pure). A node that is missing counts as 0.

Source: Fidge 1988, Mattern 1989. HelixAgent's ``HappensBefore`` looks only at its own keys, so that ``{}`` and
``{b: 1}`` count as concurrent; here every key of both is compared.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Clock = Mapping[str, int]
"""Node -> number of its events; 0 and missing are the same."""

Order = Literal["before", "after", "equal", "concurrent"]


class Dot(NamedTuple):
    """One event of one node: the node, and the event's number there, from 1."""

    node_id: str
    counter: int


def compare(left: Clock, right: Clock) -> Order:
    """How `left` stands to `right`.

    Examples
    --------
    >>> compare({}, {"b": 1}), compare({"a": 1, "b": 0}, {"a": 1}), compare({"a": 2}, {"a": 1, "b": 1})
    ('before', 'equal', 'concurrent')
    """
    nodes = left.keys() | right.keys()
    less = any(left.get(node, 0) < right.get(node, 0) for node in nodes)
    more = any(left.get(node, 0) > right.get(node, 0) for node in nodes)
    if less and more:
        return "concurrent"
    return "before" if less else "after" if more else "equal"


def merged(*clocks: Clock) -> dict[str, int]:
    """The least clock that covers all of them, without zeros.

    Examples
    --------
    >>> merged({"a": 2, "b": 1}, {"b": 3}, {"c": 0})
    {'a': 2, 'b': 3}
    """
    found: dict[str, int] = {}
    for clock in clocks:
        for node, counter in clock.items():
            if counter > found.get(node, 0):
                found[node] = counter
    return dict(sorted(found.items()))


def covers(clock: Clock, dot: Dot) -> bool:
    """Whether the clock's owner has seen an event.

    Examples
    --------
    >>> covers({"a": 2}, Dot("a", 2)), covers({"a": 2}, Dot("b", 1))
    (True, False)
    """
    return clock.get(dot.node_id, 0) >= dot.counter


def missing(clock: Clock, than: Clock) -> int:
    """How many events `than` covers that `clock` does not.

    Examples
    --------
    >>> missing({"a": 1, "b": 5}, than={"a": 3, "c": 1})
    3
    """
    return sum(max(0, counter - clock.get(node, 0)) for node, counter in than.items())
