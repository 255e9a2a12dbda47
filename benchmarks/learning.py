"""The learner beside the original's rule: planted patterns found, and insights told of conversations that have none.

Planted: 21 patterns in some 600 conversations (see `benchmarks.learning_corpora`), several seeds; precision counts an
insight as right when it is one of them. Null: 1,000 conversations of each of five kinds, several seeds, and 200
debates with random winners; the worst seed counts. In "conversations dealt" whole real conversations keep what really
goes together in them ("iPad" and "MacBook"), so only insights about users are false there.

The anchor is HelixAgent's rule on the same profiles: a pattern is an insight when its frequency is at least 3 and its
raw confidence at least .7, where the raw confidence is what its code takes: .7 to .8 fixed for intents, preferences and
flow, the share of the rarer entity's conversations for pairs, the share of the debates for providers. Its ids never
repeat, so that its frequencies stay at 1; here they are given the benefit of accumulating.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import mean

from benchmarks.figures import Figure
from benchmarks.learning_corpora import NULLS, REAL, Key, matches, numbered, planted, random_debates
from workbench.learning.debates import DebateProfile
from workbench.learning.mine import Threshold, insights, mine
from workbench.learning.profile import Profile, opening, profile_of
from workbench.learning.turns import SaidConversation
from workbench.settings import Settings

Told = tuple[str, str, str]
"""Type, subject and key of an insight."""

THRESHOLD = Threshold(min_confidence=0.7, min_frequency=3)
CONVERSATIONS, DEBATES = 1_000, 200
ABOUT_USERS = ("user_intent", "user_preference")


def read(corpus: Iterable[SaidConversation]) -> list[Profile]:
    return [found for found in map(profile_of, corpus) if found is not None]


def ours(profiles: Sequence[Profile], debates: Sequence[DebateProfile]) -> list[Told]:
    patterns = mine(profiles, debates, min_frequency=THRESHOLD.min_frequency)
    return [(one.pattern_type, one.subject, one.key) for one in insights(patterns, THRESHOLD)]


def original(profiles: Sequence[Profile], debates: Sequence[DebateProfile]) -> list[Told]:
    """Frequency at least 3 and raw confidence at least .7."""
    counts: dict[Told, int] = defaultdict(int)
    shares: dict[Told, float] = {}
    named: dict[str, int] = defaultdict(int)
    pairs: dict[tuple[str, str], int] = defaultdict(int)
    for one in profiles:
        if (begun := opening(one)) is not None:
            counts["user_intent", one.user_id, f"opens:{begun[0]}"] += 1
        for key in one.preferences:
            counts["user_preference", one.user_id, key] += 1
        steps = {(a.act, b.act) for a, b in zip(one.acts, one.acts[1:], strict=False) if a.act != b.act}
        for step in steps:
            counts["conversation_flow", "", "\x1f".join(step)] += 1
        kept = sorted(one.entities)
        for place, entity in enumerate(kept):
            named[entity] += 1
            for other in kept[place + 1 :]:
                pairs[entity, other] += 1
    for (entity, other), count in pairs.items():
        key = ("entity_cooccurrence", "", f"{entity}\x1f{other}")
        counts[key], shares[key] = count, count / min(named[entity], named[other])
    seats: dict[str, int] = defaultdict(int)
    for debate in debates:
        for seat in debate.seats:
            seats[seat.provider] += 1
            counts["provider_performance", seat.provider, f"wins:{seat.provider}"] += seat.won
            counts["provider_performance", seat.provider, f"fails:{seat.provider}"] += seat.failed > 0
    for key in [key for key in counts if key[0] == "provider_performance"]:
        shares[key] = counts[key] / seats[key[1]]
    return [key for key, count in counts.items() if count >= 3 and shares.get(key, 0.75) >= 0.7]


def quality(told: Sequence[Told], keys: Sequence[Key]) -> tuple[float, float]:
    """Precision and recall."""
    hit = sum(any(matches(key, *one) for one in told) for key in keys)
    right = sum(any(matches(key, *one) for key in keys) for one in told)
    return (right / len(told) if told else 0.0), hit / len(keys)


def _planted(seeds: int, times: int) -> list[Figure]:
    mine_of, theirs = [], []
    for seed in numbered(seeds):
        corpus = planted(seed, times=times)
        profiles = read(corpus.conversations)
        mine_of.append(quality(ours(profiles, corpus.debates), corpus.keys))
        theirs.append(quality(original(profiles, corpus.debates), corpus.keys))
    note = f"21 patterns of {times} conversations each among 400 others, {seeds} seeds"
    anchor = "the original's rule"
    return [
        Figure(f"planted {times} times, precision", mean(p for p, _ in mine_of), "", note=note, reach=0.9),
        Figure(f"planted {times} times, recall", mean(r for _, r in mine_of), "", note=note, reach=0.9),
        Figure(f"planted {times} times, precision of {anchor}", mean(p for p, _ in theirs), ""),
        Figure(f"planted {times} times, recall of {anchor}", mean(r for _, r in theirs), ""),
    ]


def _null(seeds: int) -> list[Figure]:
    figures = []
    for name, make in NULLS.items():
        false, theirs = [], []
        for seed in numbered(seeds):
            profiles, debates = read(make(CONVERSATIONS, seed)), random_debates(DEBATES, seed)
            told, anchor = ours(profiles, debates), original(profiles, debates)
            if name in REAL:
                told = [one for one in told if one[0] in ABOUT_USERS and one[1]]
                anchor = [one for one in anchor if one[0] in ABOUT_USERS and one[1]]
            false.append(len(told))
            theirs.append(len(anchor))
        note = f"most of {seeds} seeds; the original's rule tells {max(theirs):,}"
        figures.append(
            Figure(f"false insights, {name}", max(false), "of 1,000", reach=1, lower_is_better=True, note=note)
        )
    return figures


def _speed() -> list[Figure]:
    corpus = planted(1, null=2_000)
    started = time.perf_counter()
    profiles = read(corpus.conversations)
    read_s = time.perf_counter() - started
    started = time.perf_counter()
    mine(profiles, corpus.debates, min_frequency=3)
    mined_s = time.perf_counter() - started
    turns = sum(len(one.turns) for one in corpus.conversations)
    return [
        Figure("turns read into profiles", turns / read_s, "turns/s", note=f"{len(profiles):,} conversations"),
        Figure("all patterns of a tenant, anew", mined_s * 1000, "ms", note=f"{len(profiles):,} conversations"),
    ]


def run(settings: Settings, *, large: bool) -> list[Figure]:
    seeds = 5 if large else 2
    return [*_planted(seeds + 1, 8), *_planted(seeds + 1, 4), *_null(seeds), *_speed()]
