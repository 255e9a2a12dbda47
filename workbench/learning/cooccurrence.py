"""Entities that are named in the same conversations more often than apart."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import combinations

from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.profile import Fact, Profile
from workbench.learning.statistics import compare_shares

SAME_MESSAGE = 0.6
"""What a conversation counts in which two names only ever stand in one message. In a thousand conversations of
shuffled small talk such pairs come up to four times ("French and Spanish"): five make three, four do not."""

SAME_TEXT = 2
"""How often such a message counts that is word for word the same: a saying, a template or a copy is one piece of
evidence, and a second time shows that it was no accident."""


def cooccurrence_patterns(profiles: Sequence[Profile], *, min_frequency: int) -> list[Pattern]:
    """Pairs of entities, both frequent enough, compared with the conversations that do not name the first.

    A conversation in which two names only ever stand in one message counts less (`SAME_MESSAGE`): "Rick and Morty" are
    named in one breath wherever they are named, and that alone says little across sessions; still less when it is the
    same text that comes again (`SAME_TEXT`).
    """
    least = max(1, min_frequency)
    where: dict[str, set[int]] = defaultdict(set)
    labels: dict[str, str] = {}
    for number, profile in enumerate(profiles):
        for entity_id, fact in profile.entities.items():
            where[entity_id].add(number)
            labels.setdefault(entity_id, fact.label)
    frequent = {one for one, found in where.items() if least <= len(found)}
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        for pair in combinations(sorted(frequent.intersection(profile.entities)), 2):
            if not _one_in_the_other(labels[pair[0]], labels[pair[1]]):
                together[pair].append(number)
    comparisons = len(frequent) * (len(frequent) - 1) // 2
    return [
        _pattern(pair, numbers, where, labels, profiles, comparisons)
        for pair, numbers in sorted(together.items())
        if len(numbers) >= least
    ]


def _one_in_the_other(one: str, other: str) -> bool:
    """Whether a name holds the other: ``iPad`` and ``iPad Pro`` go together by their words."""
    first, second = one.casefold(), other.casefold()
    return first in second or second in first


def _one_breath(first: Fact, second: Fact) -> str:
    """The texts that name both, when one of the two never stands in a message without the other; empty otherwise."""
    if not (set(first.messages) <= set(second.messages) or set(second.messages) <= set(first.messages)):
        return ""
    return " ".join(sorted(set(first.texts) & set(second.texts)))


def _pattern(
    pair: tuple[str, str],
    numbers: Sequence[int],
    where: dict[str, set[int]],
    labels: dict[str, str],
    profiles: Sequence[Profile],
    comparisons: int,
) -> Pattern:
    rarer, other = sorted(pair, key=lambda one: (len(where[one]), one))
    cases, everybody = len(where[rarer]), len(profiles)
    other_hits = len(where[other]) - len(numbers)
    examples: list[Example] = []
    breath: Counter[str] = Counter()
    for number in numbers:
        facts = [profiles[number].entities[one] for one in pair]
        if said := _one_breath(*facts):
            breath[said] += 1
        first, second = (fact.messages for fact in facts)
        shown = tuple(dict.fromkeys((*first[:2], *second[:2])))
        examples.append(Example(profiles[number].conversation_id, shown, profiles[number].last_at))
    copies = sum(max(0, one - SAME_TEXT) for one in breath.values())  # say nothing, so they are no cases either
    evidence = compare_shares(
        len(numbers) - copies,
        cases - copies,
        other_hits=other_hits,
        other_cases=everybody - cases,
        comparisons=comparisons,
    )
    names = " and ".join(labels[one] for one in pair)
    return Pattern(
        "entity_cooccurrence",
        "",
        "\x1f".join(pair),
        f"{names} go together",
        f"Conversations that name {labels[rarer]} name {labels[other]} more often than others do.",
        frequency=len(numbers),
        cases=cases,
        chance=other_hits / max(1, everybody - cases),
        evidence=evidence,
        comparisons=comparisons,
        examples=kept_examples(examples),
        first_seen=span_of(examples)[0],
        last_seen=span_of(examples)[1],
        support=len(numbers) - breath.total() + SAME_MESSAGE * (breath.total() - copies),
    )
