"""How users react to a provider's answers: complaints and thanks, compared with the other providers'."""

from collections import defaultdict
from collections.abc import Sequence

from workbench.learning.acts import COMPLAINT, THANKS
from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.profile import Profile
from workbench.learning.statistics import compare_shares

_TOLD = {
    COMPLAINT: (
        "answers of {0} are complained about",
        "Users object to answers of {0} in more conversations than to others'.",
    ),
    THANKS: (
        "answers of {0} are thanked for",
        "Users thank for answers of {0} in more conversations than for others'.",
    ),
}


def answer_patterns(profiles: Sequence[Profile], *, min_frequency: int) -> list[Pattern]:
    """Patterns of providers in conversations; a conversation counts once per provider."""
    cases: dict[str, int] = defaultdict(int)
    shown: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for profile in profiles:
        reactions: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
        for act in profile.acts:
            if act.after_provider:
                answer = (act.answer,) if act.answer else ()
                reactions[act.after_provider].setdefault(act.act, (*answer, act.message))
        for provider, acts in reactions.items():
            cases[provider] += 1
            for kind in _TOLD:
                if kind in acts:
                    shown[provider, kind].append(Example(profile.conversation_id, acts[kind], profile.last_at))
    least = max(1, min_frequency)
    comparisons = len(_TOLD) * sum(count >= least for count in cases.values())
    everybody = sum(cases.values())
    found: list[Pattern] = []
    for (provider, kind), examples in sorted(shown.items()):
        if len(examples) < least:
            continue
        others = sum(len(one) for (_, other), one in shown.items() if other == kind) - len(examples)
        other_cases = everybody - cases[provider]
        title, description = (one.format(provider) for one in _TOLD[kind])
        found.append(
            Pattern(
                "provider_performance",
                provider,
                f"{kind}:{provider}",
                title,
                description,
                frequency=len(examples),
                cases=cases[provider],
                chance=others / max(1, other_cases),
                evidence=compare_shares(
                    len(examples), cases[provider], other_hits=others, other_cases=other_cases, comparisons=comparisons
                ),
                comparisons=comparisons,
                examples=kept_examples(examples),
                first_seen=span_of(examples)[0],
                last_seen=span_of(examples)[1],
            )
        )
    return found
