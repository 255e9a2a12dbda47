"""Intents with which conversations begin more often than they are said anywhere else."""

from collections import Counter, defaultdict
from collections.abc import Sequence

from workbench.learning.acts import INTENTS
from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.profile import Profile, opening
from workbench.learning.statistics import compare_shares
from workbench.learning.users import REFERENCE_CASES

ONE_USER = 0.5
"""Share of the conversations above which a pattern is one user's own, and not everybody's."""

_REFERENCE_HITS = 5
"""Of `REFERENCE_CASES` turns of small talk; as for a user's intents."""


def opening_patterns(profiles: Sequence[Profile], *, min_frequency: int) -> list[Pattern]:
    """Everybody's intents: first turns compared with all later turns of the same conversations.

    Turns in any order begin with an intent as often as they go on with it, whatever the corpus talks about.
    """
    begun: dict[str, list[Example]] = defaultdict(list)
    begun_by: dict[str, Counter[str]] = defaultdict(Counter)
    later: dict[str, int] = defaultdict(int)
    later_turns = 0
    for profile in profiles:
        if (found := opening(profile)) is not None:
            begun_by[found[0]][profile.user_id] += 1
            begun[found[0]].append(Example(profile.conversation_id, (found[1],), profile.last_at))
        for act in profile.acts[1:]:
            later_turns += 1
            later[act.act] += 1
    cases = sum(bool(profile.acts) for profile in profiles)
    patterns: list[Pattern] = []
    if not later_turns:
        return patterns
    for intent in INTENTS:
        examples = begun[intent]
        if len(examples) < max(1, min_frequency) or max(begun_by[intent].values()) > ONE_USER * len(examples):
            continue
        other_hits, other_cases = later[intent] + _REFERENCE_HITS, later_turns + REFERENCE_CASES
        evidence = compare_shares(
            len(examples), cases, other_hits=other_hits, other_cases=other_cases, comparisons=len(INTENTS)
        )
        what = intent.replace("_", " ")
        patterns.append(
            Pattern(
                "user_intent",
                "",
                f"opens:{intent}",
                f"conversations open with {what}",
                f"Conversations begin with {what} more often than it is said later on.",
                frequency=len(examples),
                cases=cases,
                chance=other_hits / other_cases,
                evidence=evidence,
                comparisons=len(INTENTS),
                examples=kept_examples(examples),
                first_seen=span_of(examples)[0],
                last_seen=span_of(examples)[1],
            )
        )
    return patterns
