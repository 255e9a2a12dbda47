"""Steps that follow each other in conversations more often than in the same turns in any other order."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.learning.acts import ACTS
from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.profile import Profile
from workbench.learning.statistics import compare_with_chance

END = "end"
"""Stands after the last turn."""

_KINDS = len(ACTS) * len(ACTS)
"""Comparisons: ordered pairs of different acts, and each act at the end."""


@dataclass(slots=True)
class _Step:
    cases: int = 0
    expected: float = 0.0
    examples: list[Example] = field(default_factory=list)


def flow_patterns(profiles: Sequence[Profile], *, min_frequency: int) -> list[Pattern]:
    """Steps between the acts of neighbouring user turns.

    Chance is the same conversation's turns in random order, so neither what a corpus talks about nor how its users
    differ makes a pattern; only the order does.
    """
    steps: dict[tuple[str, str], _Step] = defaultdict(_Step)
    for profile in profiles:
        acts = profile.acts
        length = len(acts)
        if length < 2:
            continue
        counts: dict[str, int] = defaultdict(int)
        for act in acts:
            counts[act.act] += 1
        if len(counts) == 1:
            continue
        shown: dict[tuple[str, str], tuple[str, ...]] = {(acts[-1].act, END): (acts[-1].message,)}
        for before, after in pairwise(acts):
            shown.setdefault((before.act, after.act), (before.message, after.message))
        for one, count in counts.items():
            _count(steps[one, END], count / length, shown.get((one, END)), profile)
            for other, others in counts.items():
                if other != one:
                    _count(steps[one, other], _adjacent(length, count, others), shown.get((one, other)), profile)
    least = max(1, min_frequency)
    return [_pattern(key, step) for key, step in sorted(steps.items()) if len(step.examples) >= least]


def _count(step: _Step, chance: float, messages: tuple[str, ...] | None, profile: Profile) -> None:
    step.cases += 1
    step.expected += chance
    if messages is not None:
        step.examples.append(Example(profile.conversation_id, messages, profile.last_at))


def _adjacent(length: int, first: int, second: int) -> float:
    """Chance that in random order some first stands right before some second, from above (sum over places)."""
    return min(0.99, first * second / length)


def _pattern(key: tuple[str, str], step: _Step) -> Pattern:
    chance = step.expected / step.cases
    before, after = (one.replace("_", " ") for one in key)
    title = f"conversations end with {before}" if key[1] == END else f"{before} is followed by {after}"
    return Pattern(
        "conversation_flow",
        "",
        "\x1f".join(key),
        title,
        f"In conversations that have both, {before} is followed by {after} more often than in any other order of turns."
        if key[1] != END
        else f"Conversations that have {before} end with it more often than in any other order of turns.",
        frequency=len(step.examples),
        cases=step.cases,
        chance=chance,
        evidence=compare_with_chance(len(step.examples), step.cases, chance=chance, comparisons=_KINDS),
        comparisons=_KINDS,
        examples=kept_examples(step.examples),
        first_seen=span_of(step.examples)[0],
        last_seen=span_of(step.examples)[1],
    )
