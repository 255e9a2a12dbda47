"""What the turns of a segment add up to: counts, tokens and names; it can be taken apart again for a split."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import msgspec

from workbench.context.signals import NAMES_A_TURN, signals_of
from workbench.context.turns import Turn

NAMES_KEPT = 16
"""Names of a segment that are counted; the ones said least make room. Half of them are shown."""

FLAGS = (
    *("fact_turns", "entity_turns", "decision_turns", "preference_turns", "code_turns", "number_turns"),
    *("commitment_turns", "system_turns"),
)
"""Counts of turns that have a property, in the order of the bits of `TurnFacts.flags`."""

COUNTS = ("turn_count", "token_count", "user_tokens", *FLAGS)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class TurnFacts(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What a segment needs to know of one turn, as it also stands in a segment's state.

    `at_us` counts microseconds since 1970; `stems` are separated by spaces.
    """

    sequence: int
    at_us: int
    tokens: int
    from_user: bool
    flags: int
    names: tuple[str, ...]
    stems: str


def microseconds(at: datetime) -> int:
    """Microseconds since 1970.

    Examples
    --------
    >>> moment(microseconds(datetime(2026, 1, 31, 12, tzinfo=UTC)))
    datetime.datetime(2026, 1, 31, 12, 0, tzinfo=datetime.timezone.utc)
    """
    return (at - _EPOCH) // _MICROSECOND


def moment(at_us: int) -> datetime:
    """The time of so many microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=at_us)


def facts_of(turn: Turn, at_us: int) -> TurnFacts:
    """The facts of a turn that was said at a time."""
    fact, _, decision, preference, promise, code, number, names, stems = signals_of(turn.text)
    flags = (
        fact
        | bool(names) << 1
        | decision << 2
        | preference << 3
        | code << 4
        | number << 5
        | promise << 6
        | (turn.role == "system") << 7
    )
    return TurnFacts(turn.sequence, at_us, turn.tokens, turn.role == "user", flags, names, " ".join(stems))


def count(counts: list[int], facts: TurnFacts, by: int = 1) -> None:
    """Add a turn to counts in place, or take it away (`by` -1); the counts stand in the order of `COUNTS`."""
    counts[0] += by
    counts[1] += by * facts.tokens
    if facts.from_user:
        counts[2] += by * facts.tokens
    flags, place = facts.flags, 3
    while flags:
        if flags & 1:
            counts[place] += by
        flags >>= 1
        place += 1


def add_names(counted: dict[str, int], names: Iterable[str]) -> None:
    """Count names in place, at most `NAMES_KEPT` of them."""
    for name in names:
        counted[name] = counted.get(name, 0) + 1
    if len(counted) > NAMES_KEPT:
        for name in sorted(counted, key=lambda one: (counted[one], one))[: len(counted) - NAMES_KEPT]:
            del counted[name]


def take_names(counted: dict[str, int], names: Iterable[str]) -> None:
    """Undo `add_names`, as far as the names are still counted."""
    for name in names:
        if name in counted:
            counted[name] -= 1
            if not counted[name]:
                del counted[name]


def top_names(counted: dict[str, int]) -> tuple[str, ...]:
    """The names said in most turns, most first."""
    if not counted:
        return ()
    return tuple(sorted(counted, key=lambda one: (-counted[one], one))[:NAMES_A_TURN])
