"""What the turns of a segment add up to: counts, tokens, span and names. Additive, so that a segment can be split."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from workbench.context.signals import NAMES_A_TURN, signals_of
from workbench.context.turns import Turn

NAMES_KEPT = 16
"""Names of a segment that are counted; the ones said least make room. Half of them are shown."""


class Counts(NamedTuple):
    """Numbers of turns, but for the two that count tokens."""

    turn_count: int = 0
    token_count: int = 0
    user_tokens: int = 0
    fact_turns: int = 0
    entity_turns: int = 0
    decision_turns: int = 0
    preference_turns: int = 0
    code_turns: int = 0
    number_turns: int = 0
    commitment_turns: int = 0
    system_turns: int = 0


class TurnFacts(NamedTuple):
    """What a segment needs to know of one turn."""

    sequence: int
    at: datetime
    counts: tuple[int, ...]
    names: tuple[str, ...]
    stems: tuple[str, ...]


def facts_of(turn: Turn, at: datetime) -> TurnFacts:
    """The facts of a turn that was said at a time."""
    found = signals_of(turn.text)
    counts = (
        1,
        turn.tokens,
        turn.tokens if turn.role == "user" else 0,
        int(found.fact),
        int(bool(found.names)),
        int(found.decision),
        int(found.preference),
        int(found.code),
        int(found.number),
        int(found.promise),
        int(turn.role == "system"),
    )
    return TurnFacts(turn.sequence, at, counts, found.names, found.stems)


def added(one: Iterable[int], other: Iterable[int]) -> tuple[int, ...]:
    """Counts of two runs of turns together."""
    return tuple(map(int.__add__, one, other))


def add_names(counted: dict[str, int], names: Iterable[str]) -> None:
    """Count names in place, at most `NAMES_KEPT` of them."""
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    if len(counted) > NAMES_KEPT:
        for name in sorted(counted, key=lambda one: (counted[one], one))[: len(counted) - NAMES_KEPT]:
            del counted[name]


def top_names(counted: dict[str, int]) -> tuple[str, ...]:
    """The names said in most turns, most first."""
    return tuple(sorted(counted, key=lambda one: (-counted[one], one))[:NAMES_A_TURN])
