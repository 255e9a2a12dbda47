"""What each eviction policy keeps of the evidence that questions need, as a conversation grows to a million tokens.

Five conversations of LoCoMo are interleaved, session by session in the order of their dates, with small talk of
chitchat-dataset between the sessions, until a million tokens are said. At sizes on the way the segments that a policy
keeps within 4k, 16k and 64k tokens are looked at: how much of the evidence of all questions whose evidence was said by
then is inside. Then, at a million, the same with what a window adds: relevance to the question, one question at a time.
Questions that were asked make heat: half of each conversation's questions are asked on the way, each as soon as its
evidence was said, and warm the segments that hold their evidence; the other half is judged. Anchor: keep the newest.

The segmentation by topic is judged beside: sessions of chitchat-dataset, chained without a pause, cut by topic and in
equal parts, by the error Pk (the share of pairs of turns half a conversation apart that are wrongly joined or parted).
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from benchmarks.figures import Figure
from benchmarks.locomo import Question, Talk, locomo
from workbench.catalogue.tokens import count_tokens
from workbench.context.eviction import HEAT_HALF_LIFE_S, Evictable, evict
from workbench.context.retrieval.index import Index
from workbench.context.scoring import RELEVANCE_POINTS, score
from workbench.context.segments import Segment, SegmentRules, append_turns
from workbench.context.turns import Turn
from workbench.settings import Settings
from workbench.sources.chitchat import conversations, packaged_file

JUDGED = (1, 2, 3, 4)
"""Category 5 asks for what was never said."""

BUDGETS = (4_000, 16_000, 64_000)
SIZES = (64_000, 250_000, 1_000_000)
SEED = 4
RULES = SegmentRules(2_000, gap_s=1_800)
SMALL_TALK_S = 30


@dataclass(slots=True)
class Grown:
    """The conversation as it stands: segments, where each evidence turn is, and what was used."""

    turns: list[Turn]
    segments: dict[int, Segment]
    places: dict[str, int]
    used: dict[int, tuple[float, datetime]]


def small_talk(seed: int) -> Iterator[list[str]]:
    """Conversations of chitchat-dataset in a fixed shuffled order."""
    with packaged_file().open("rb") as stream:
        found = [
            [message.text for turn in one.messages for message in turn]
            for _, one in conversations(stream)
            if not isinstance(one, str)
        ]
    random.Random(seed).shuffle(found)
    yield from (one for one in found if len(one) >= 12)


def million(talks: Sequence[Talk], most_tokens: int) -> tuple[list[Turn], dict[str, int]]:
    """The turns of the long conversation, and the sequence of each LoCoMo turn by ``talk/turn``."""
    sessions: list[tuple[datetime, Talk, int]] = []
    for talk in talks:
        firsts = {one.session: one.at for one in reversed(talk.turns)}
        sessions += [(at, talk, number) for number, at in firsts.items()]
    sessions.sort(key=lambda one: (one[0], one[1].name))
    said_tokens = sum(count_tokens(one.text) for talk in talks for one in talk.turns)
    filler_each = (most_tokens - said_tokens) // len(sessions)
    fillers = small_talk(SEED)
    turns: list[Turn] = []
    places: dict[str, int] = {}

    def say(text: str, at: datetime, session_id: str, *, turn_id: str = "", speaker: str = "") -> int:
        role = ("user", "assistant")[len(turns) % 2]
        tokens = count_tokens(text)
        turns.append(Turn(len(turns) + 1, role, text, tokens, at, turn_id, speaker, session_id))  # type: ignore[arg-type]
        return tokens

    for at, talk, number in sessions:
        for one in talk.turns:
            if one.session == number:
                name = f"{talk.name}/{one.turn_id}"
                say(one.text, one.at, f"{talk.name}/{number}", turn_id=name, speaker=one.speaker)
                places[name] = len(turns)
        left, when = filler_each, at + timedelta(hours=3)
        while left > 0:
            for text in next(fillers):
                left -= say(text, when, f"small talk {at:%F}")
                when += timedelta(seconds=SMALL_TALK_S)
            when += timedelta(hours=1)
    return turns, places


def asked_of(talks: Sequence[Talk]) -> tuple[list[tuple[Question, list[str]]], list[tuple[Question, list[str]]]]:
    """Questions with the names of their evidence: those asked on the way, and those that are judged."""
    halves: tuple[list[tuple[Question, list[str]]], list[tuple[Question, list[str]]]] = ([], [])
    for talk in talks:
        judged = [one for one in talk.questions if one.category in JUDGED]
        for place, one in enumerate(judged):
            halves[place % 2].append((one, [f"{talk.name}/{turn}" for turn in sorted(one.evidence)]))
    return halves


def segment_of(segments: dict[int, Segment], sequence: int) -> int:
    low, high = 1, len(segments)
    while low < high:
        middle = (low + high) // 2
        if segments[middle].last_sequence < sequence:
            low = middle + 1
        else:
            high = middle
    return low


def evictables(grown: Grown, relevance: dict[int, float] | None = None) -> list[Evictable]:
    made = []
    for number, one in grown.segments.items():
        heat, heat_at = grown.used.get(number, (0.0, None))
        points = score(one, relevance=(relevance or {}).get(number, 0.0)).priority
        made.append(
            Evictable(
                number=number,
                token_count=one.token_count,
                priority=points,
                last_at=one.last_at,
                heat=heat,
                heat_at=heat_at,
            )
        )
    return made


def newest(segment: Evictable) -> tuple[float, ...]:
    return (float(segment.number),)


def use(grown: Grown, number: int, at: datetime) -> None:
    """As ``queries/context/lifecycle/use_segments`` does."""
    heat, heat_at = grown.used.get(number, (1.0, grown.segments[number].last_at))
    since = max(0.0, (at - heat_at).total_seconds())
    grown.used[number] = (1 + heat * 2 ** (-since / HEAT_HALF_LIFE_S), max(at, heat_at))


def kept_share(grown: Grown, kept: set[int], questions: Sequence[tuple[Question, list[str]]]) -> float:
    """Share of a question's evidence that is in kept segments, averaged over questions whose evidence was said."""
    shares = []
    for _, evidence in questions:
        if all(name in grown.places for name in evidence):
            inside = sum(segment_of(grown.segments, grown.places[name]) in kept for name in evidence)
            shares.append(inside / len(evidence))
    return sum(shares) / len(shares) if shares else 0.0


POLICIES: dict[str, str | Callable[[Evictable], tuple[float, ...]]] = {
    "keep newest": newest,
    "lru": "lru",
    "priority": "priority",
    "heat": "heat",
}


def grow(
    turns: Sequence[Turn],
    places: dict[str, int],
    asked: Sequence[tuple[Question, list[str]]],
    rules: SegmentRules = RULES,
) -> Iterator[Grown]:
    """The conversation at each size; questions are asked as soon as their evidence was said."""
    grown = Grown([], {}, {}, {})
    waiting = sorted(asked, key=lambda one: max(places[name] for name in one[1]))
    by_sequence = {sequence: name for name, sequence in places.items()}
    said, sizes, last = 0, list(SIZES), None
    for at in range(0, len(turns), 50):
        part = turns[at : at + 50]
        for one in (changed := append_turns(last, part, rules)):
            grown.segments[one.number] = one
        last = changed[-1]
        for turn in part:
            said += turn.tokens
            grown.turns.append(turn)
            if turn.sequence in by_sequence:
                grown.places[by_sequence[turn.sequence]] = turn.sequence
        while waiting and all(name in grown.places for name in waiting[0][1]):
            _, evidence = waiting.pop(0)
            moment = part[-1].occurred_at or datetime.now(UTC)
            for number in {segment_of(grown.segments, grown.places[name]) for name in evidence}:
                use(grown, number, moment)
        if (said >= sizes[0] and len(sizes) > 1) or at + 50 >= len(turns):
            yield grown
            sizes.pop(0)
            if not sizes:
                return


def asked_windows(grown: Grown, questions: Sequence[tuple[Question, list[str]]], *, every: int) -> dict[int, float]:
    """Share of evidence within each budget when relevance to the question is part of the priority."""
    index = Index("eviction")
    index.extend(grown.turns)
    judged = questions[::every]
    shares = dict.fromkeys(BUDGETS, 0.0)
    base = evictables(grown)
    for question, evidence in judged:
        best: dict[int, float] = {}
        for hit in index.search(question.text, k=100):
            number = segment_of(grown.segments, hit.sequence)
            best[number] = max(best.get(number, 0.0), hit.score)
        top = max(best.values(), default=1.0) or 1.0
        scored = [
            replace(one, priority=one.priority + RELEVANCE_POINTS * best.get(one.number, 0.0) / top) for one in base
        ]
        for budget in BUDGETS:
            kept = set(evict(scored, budget_tokens=budget, policy="priority").kept)
            inside = sum(segment_of(grown.segments, grown.places[name]) in kept for name in evidence)
            shares[budget] += inside / len(evidence) / len(judged)
    return shares


def pk(true: set[int], found: set[int], count: int) -> float:
    """Beeferman's error of borders (turns that begin a part) over windows of half a part."""
    window = max(2, round(count / (len(true) + 1) / 2))
    numbers: list[tuple[int, int]] = []
    a = b = 0
    for place in range(count):
        a += place in true
        b += place in found
        numbers.append((a, b))
    pairs = zip(numbers, numbers[window:], strict=False)
    return sum((x[0] == y[0]) != (x[1] == y[1]) for x, y in pairs) / (count - window)


def topic_errors(chains: int, talks_each: int = 20) -> tuple[float, float, float]:
    """Mean Pk of cutting by topic, of equal parts of the true number, and of not cutting."""
    errors: list[tuple[float, float, float]] = []
    source = (talk for talk in small_talk(SEED + 1) if len(talk) <= 80)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for _ in range(chains):
        talks = [next(source) for _ in range(talks_each)]
        true, texts = set[int](), list[str]()
        for talk in talks:
            if texts:
                true.add(len(texts))
            texts += talk
        turns = [
            Turn(place, "user", text, 1, start + timedelta(seconds=SMALL_TALK_S * place))
            for place, text in enumerate(texts, 1)
        ]
        segments = append_turns(None, turns, SegmentRules(10**9, gap_s=10**9))
        found = {one.first_sequence - 1 for one in segments[1:]}
        equal = {round(len(texts) * part / talks_each) for part in range(1, talks_each)}
        errors.append((pk(true, found, len(texts)), pk(true, equal, len(texts)), pk(true, set(), len(texts))))
    return tuple(sum(column) / len(errors) for column in zip(*errors, strict=True))  # type: ignore[return-value]


def run(settings: Settings, *, large: bool) -> list[Figure]:
    figures: list[Figure] = []
    topic, equal, none = topic_errors(60 if large else 15)
    note = f"no cuts: {none:.3f}; lower is better"
    figures.append(
        Figure("topic borders, Pk", topic, "share", "equal parts, true number", equal, lower_is_better=True, note=note)
    )
    talks = locomo(settings.shared_data)
    asked, judged = asked_of(talks)
    turns, places = million(talks, SIZES[-1])
    grown = None
    for size, grown in zip(SIZES, grow(turns, places, asked), strict=False):
        for budget in BUDGETS:
            shares = {}
            for name, policy in POLICIES.items():
                kept = set(evict(evictables(grown), budget_tokens=budget, policy=policy).kept)
                shares[name] = kept_share(grown, kept, judged)
            for name, share in shares.items():
                if name != "keep newest":
                    label = f"evidence kept, {name}, {budget // 1000}k of {size // 1000}k"
                    figures.append(Figure(label, share, "share", "keep newest", shares["keep newest"]))
    if grown is not None:
        whole = grow(turns, places, asked, replace(RULES, topic_shift=False))
        *_, untopical = whole
        every = 1 if large else 4
        plain = asked_windows(untopical, judged, every=every)
        for budget, share in asked_windows(grown, judged, every=every).items():
            newest_kept = kept_share(
                grown, set(evict(evictables(grown), budget_tokens=budget, policy=newest).kept), judged
            )
            label = f"evidence kept, priority with relevance, {budget // 1000}k of {SIZES[-1] // 1000}k"
            note = f"segments without topic borders: {plain[budget]:.3f}"
            figures.append(Figure(label, share, "share", "keep newest", newest_kept, note=note))
    return figures
