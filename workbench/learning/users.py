"""What one user does in more conversations than the others do: opens with an intent, states a preference."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.learning.patterns import Example, Pattern, kept_examples, span_of
from workbench.learning.profile import Profile, opening
from workbench.learning.statistics import compare_shares

REFERENCE_CASES = 100
"""Conversations of nobody that stand beside the other users', so that a tenant with one user can be compared with
something. Fewer: one user's chance repetitions pass. More: a few dozen real conversations of others count for less."""

SAME_SUPPORT = 0.6
"""Two words of one user whose conversations overlap so far (Jaccard) are one preference told twice."""


@dataclass(frozen=True, slots=True)
class Trait:
    """Something that can show in a conversation of a user.

    Parameters
    ----------
    pattern_type : str
    reference_hits : int or None
        Of `REFERENCE_CASES` conversations, how many show it: measured on small talk, rounded up. None: the classes are
        so broad that only real other users say anything.
    shown : callable
        Profile -> key -> (label, message ids).
    told : callable
        (User, key, label) -> title and description.
    """

    pattern_type: str
    reference_hits: int | None
    shown: Callable[[Profile], Mapping[str, tuple[str, Sequence[str]]]]
    told: Callable[[str, str, str], tuple[str, str]]


def _intent(profile: Profile) -> Mapping[str, tuple[str, Sequence[str]]]:
    found = opening(profile)
    return {} if found is None else {f"opens:{found[0]}": (found[0], (found[1],))}


def _stated(profile: Profile) -> Mapping[str, tuple[str, Sequence[str]]]:
    return {key: (fact.label, fact.messages) for key, fact in profile.preferences.items()}


def _style(profile: Profile) -> Mapping[str, tuple[str, Sequence[str]]]:
    shown = [act.message for act in profile.acts[:1]]
    return {} if profile.style is None else {f"style:{profile.style}": (profile.style, shown)}


def _pace(profile: Profile) -> Mapping[str, tuple[str, Sequence[str]]]:
    shown = [act.message for act in profile.acts[:1]]
    return {} if profile.pace is None else {f"pace:{profile.pace}": (profile.pace, shown)}


def _told_intent(user: str, key: str, label: str) -> tuple[str, str]:
    what = label.replace("_", " ")
    return f"{user} opens with {what}", f"Conversations of {user} begin with {what} more often than those of others."


def _told_stated(user: str, key: str, label: str) -> tuple[str, str]:
    likes = "does not want" if key.startswith("dislike:") else "prefers"
    return f"{user} {likes} {label}", f"{user} says so again and again: {likes} {label}."


def _told_style(user: str, key: str, label: str) -> tuple[str, str]:
    return f"{user} writes {label} messages", f"Messages of {user} are {label} more often than those of others."


def _told_pace(user: str, key: str, label: str) -> tuple[str, str]:
    return f"{user} answers at a {label} pace", f"The pace of {user} is {label} more often than that of others."


TRAITS = (
    Trait("user_intent", 5, _intent, _told_intent),
    Trait("user_preference", 2, _stated, _told_stated),
    Trait("user_preference", None, _style, _told_style),
    Trait("conversation_flow", None, _pace, _told_pace),
)
"""What is looked for in users."""


def user_patterns(profiles: Sequence[Profile], *, min_frequency: int) -> list[Pattern]:
    """Patterns of single users, every trait compared with the conversations of the others.

    Parameters
    ----------
    profiles : sequence of Profile
        Of one tenant, one per conversation.
    min_frequency : int
        Rarer ones cannot become insights and are not counted as comparisons.
    """
    cases: dict[str, int] = defaultdict(int)
    for profile in profiles:
        cases[profile.user_id] += 1
    return [one for trait in TRAITS for one in _of_trait(trait, profiles, cases, least=max(1, min_frequency))]


def _of_trait(trait: Trait, profiles: Sequence[Profile], cases: Mapping[str, int], *, least: int) -> list[Pattern]:
    seen: dict[str, dict[str, list[tuple[Example, str]]]] = defaultdict(lambda: defaultdict(list))
    for profile in profiles:
        for key, (label, messages) in trait.shown(profile).items():
            example = Example(profile.conversation_id, tuple(messages), profile.last_at)
            seen[key][profile.user_id].append((example, label))
    totals = {key: sum(len(found) for found in users.values()) for key, users in seen.items()}
    frequent = [key for key, total in totals.items() if total >= least]
    comparisons = len(frequent) * sum(count >= least for count in cases.values())
    everybody = len(profiles)
    patterns: list[Pattern] = []
    for key in sorted(frequent):
        for user, found in sorted(seen[key].items()):
            if len(found) < least:
                continue
            other_hits = totals[key] - len(found)
            other_cases = everybody - cases[user]
            if trait.reference_hits is not None:
                other_hits, other_cases = other_hits + trait.reference_hits, other_cases + REFERENCE_CASES
            evidence = compare_shares(
                len(found), cases[user], other_hits=other_hits, other_cases=other_cases, comparisons=comparisons
            )
            examples = [example for example, _ in found]
            title, description = trait.told(user, key, _commonest(label for _, label in found))
            patterns.append(
                Pattern(
                    trait.pattern_type,
                    user,
                    key,
                    title,
                    description,
                    frequency=len(found),
                    cases=cases[user],
                    chance=other_hits / max(1, other_cases),
                    evidence=evidence,
                    comparisons=comparisons,
                    examples=kept_examples(examples),
                    first_seen=span_of(examples)[0],
                    last_seen=span_of(examples)[1],
                )
            )
    if trait.shown is not _stated:
        return patterns
    support = {
        (one.subject, one.key): frozenset(example.conversation_id for example, _ in seen[one.key][one.subject])
        for one in patterns
    }
    return _joined(patterns, support)


def _commonest(labels: Iterable[str]) -> str:
    counts: dict[str, int] = defaultdict(int)
    for label in labels:
        counts[label] += 1
    return min(counts, key=lambda one: (-counts[one], len(one), one))


def _joined(patterns: Sequence[Pattern], support: Mapping[tuple[str, str], frozenset[str]]) -> list[Pattern]:
    """Words of one statement point at the one with most support, so that one preference is one insight."""
    heads: dict[str, list[Pattern]] = defaultdict(list)
    joined: list[Pattern] = []
    for one in sorted(patterns, key=lambda one: (-one.frequency, one.evidence.p_value, one.key)):
        mine = support[one.subject, one.key]
        for head in heads[one.subject]:
            theirs = support[head.subject, head.key]
            if len(mine & theirs) >= SAME_SUPPORT * len(mine | theirs):
                joined.append(replace(one, part_of=head.pattern_id))
                break
        else:
            heads[one.subject].append(one)
            joined.append(one)
    return joined
