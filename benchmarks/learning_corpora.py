"""Conversations for the learner: null ones, where nothing repeats but by chance, and ones with planted patterns.

Null corpora are of several kinds, since a rule may survive one and fail the next: turns of real small talk in random
order; the same with few users, or one; whole real conversations dealt to random users; templates filled at random;
debates with random winners. Planted patterns stand in phrases of their own, spread over a null corpus.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from workbench.events.payloads import DebateCompleted, DebateTurn, Role
from workbench.learning.debates import DebateProfile, debate_profile
from workbench.learning.turns import SaidConversation, SaidTurn
from workbench.sources.chitchat import conversations, packaged_file

START = datetime(2026, 1, 1, tzinfo=UTC)

Said = list[tuple[Role, str]]
Key = tuple[str, str, str]
"""Type, subject and a word or more that the pattern's key holds, divided by blanks: what was planted."""


@lru_cache(maxsize=1)
def small_talk() -> list[list[str]]:
    """Texts of the real conversations of package chitchat-dataset, in their order."""
    with packaged_file().open("rb") as stream:
        found = [one for _, one in conversations(stream) if not isinstance(one, str)]
    return [[message.text for turn in one.messages for message in turn] for one in found]


def conversation(number: int, user: str, said: Said, *, pause_s: float = 12.0) -> SaidConversation:
    """Turns with ids and times."""
    at = START + timedelta(minutes=40 * number)
    turns = tuple(
        SaidTurn(
            f"m{number}-{place}",
            role,
            text,
            at + timedelta(seconds=pause_s * place),
            "replay" if role == "assistant" else None,
        )
        for place, (role, text) in enumerate(said)
    )
    return SaidConversation(f"c{number}", user, f"s{number}", turns)


def _alternating(texts: list[str]) -> Said:
    return [("user" if place % 2 == 0 else "assistant", text) for place, text in enumerate(texts)]


def shuffled(count: int, seed: int, *, users: int) -> list[SaidConversation]:
    """Null: turns of real small talk, each conversation a random draw of them."""
    chosen = random.Random(seed)
    talk = small_talk()
    texts = [text for one in talk for text in one]
    return [
        conversation(
            number,
            f"user-{chosen.randrange(users)}",
            _alternating(chosen.choices(texts, k=min(60, max(2, len(chosen.choice(talk)))))),
        )
        for number in range(count)
    ]


def dealt(count: int, seed: int, *, users: int) -> list[SaidConversation]:
    """Null for whatever is said of users: whole real conversations, dealt to users at random."""
    chosen = random.Random(seed)
    talk = [one for one in small_talk() if len(one) > 1]
    picked = chosen.sample(talk, count)
    return [
        conversation(number, f"user-{chosen.randrange(users)}", _alternating(texts[:80]))
        for number, texts in enumerate(picked)
    ]


_TOOLS = (
    "Kafka Neo4j PostgreSQL Redis Docker Python Rust Java Grafana Prometheus Spark Kubernetes Terraform Django".split()  # noqa: SIM905 - a list of words
)
_PLACES = "Paris London Berlin Tokyo Madrid Rome Vienna Oslo Dublin Lisbon Prague Athens Toronto Sydney".split()  # noqa: SIM905 - a list of words
_LIKED = "tea coffee jazz hiking chess tennis novels sushi cycling painting opera sailing gardening poetry".split()  # noqa: SIM905 - a list of words
_ASKS = (
    "What is {tool}?",
    "How do I install {tool}?",
    "My {tool} server fails with an error.",
    "Write a script for {tool}, please.",
    "I was in {place} last week.",
    "Do you know {place}?",
    "I like {liked}.",
    "I prefer {liked} over {other}.",
    "Thanks, that helps.",
    "That's wrong.",
    "Tell me more about it.",
    "Could you say that again?",
)


def templates(count: int, seed: int, *, users: int) -> list[SaidConversation]:
    """Null: short phrases whose words are drawn at random, entities, intents and preferences among them."""
    chosen = random.Random(seed)

    def phrase() -> str:
        one, other = chosen.sample(_LIKED, 2)
        words = {"tool": chosen.choice(_TOOLS), "place": chosen.choice(_PLACES), "liked": one, "other": other}
        return chosen.choice(_ASKS).format(**words)

    return [
        conversation(
            number,
            f"user-{chosen.randrange(users)}",
            _alternating([phrase() for _ in range(chosen.randint(2, 14))]),
            pause_s=chosen.choice((3.0, 15.0, 60.0)),
        )
        for number in range(count)
    ]


def random_debates(count: int, seed: int, *, won_by: str = "", failing: str = "") -> list[DebateProfile]:
    """Debates of three of five providers with a random winner; null unless one wins, or fails, more than the others."""
    chosen = random.Random(seed)
    found = []
    for number in range(count):
        members = chosen.sample(["alpha", "beta", "gamma", "delta", "epsilon"], 3)
        winner = won_by if won_by in members and chosen.random() < 0.85 else chosen.choice(members)
        turns = [
            DebateTurn(
                round=turn,
                position=place,
                provider=name,
                model=f"{name}-large",
                won=name == winner,
                error="timeout" if chosen.random() < (0.5 if name == failing else 0.05) and name != winner else None,
                call_id=f"call-{number}-{turn}-{place}",
            )
            for turn in (1, 2)
            for place, name in enumerate(members, start=1)
        ]
        debate = DebateCompleted(
            debate_id=f"d{number}", topic="t", rounds=2, winner=f"{winner}/{winner}-large", confidence=0.8, turns=turns
        )
        found.append(debate_profile(debate, conversation_id=f"d{number}", at=START + timedelta(minutes=number)))
    return found


NULLS: dict[str, Callable[[int, int], list[SaidConversation]]] = {
    "turns shuffled, 60 users": lambda count, seed: shuffled(count, seed, users=60),
    "turns shuffled, a user each": lambda count, seed: shuffled(count, seed, users=10**9),
    "turns shuffled, one user": lambda count, seed: shuffled(count, seed, users=1),
    "conversations dealt to 60 users": lambda count, seed: dealt(count, seed, users=60),
    "random templates, 60 users": lambda count, seed: templates(count, seed, users=60),
}
"""Name -> (conversations, seed) -> corpus."""

REAL = frozenset({"conversations dealt to 60 users"})
"""Corpora in which only insights about users are false."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A corpus with patterns in it, and which."""

    conversations: list[SaidConversation]
    debates: list[DebateProfile]
    keys: list[Key]


_WISHES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("like:short", "", ("I prefer short answers.", "Please keep it short.", "I really like short answers best.")),
    ("like:tabl", "", ("I prefer tables.", "Always use tables, please.", "We usually prefer tables for this.")),
    ("dislike:emoji", "", ("I don't like emojis.", "Please never use emojis.", "I hate emojis.")),
    (
        "like:typescript",
        "",
        ("I prefer TypeScript.", "Use TypeScript, please.", "My preferred language is TypeScript."),
    ),
    ("like:metric", "", ("I prefer metric units.", "Please use metric units.", "Always use metric units.")),
    ("like:formal", "", ("I like a formal tone.", "Keep a formal tone.", "We prefer a formal tone.")),
    ("dislike:jargon", "", ("I can't stand jargon.", "Avoid jargon, please.", "Please don't use jargon.")),
    ("like:exampl", "", ("I prefer worked examples.", "Always give me examples.", "I love concrete examples.")),
)
_PAIRS = (
    ("Kafka", "ClickHouse"),
    ("Terraform", "Ansible"),
    ("Rotterdam", "Antwerp"),
    ("Project Falcon", "Globex"),
    ("Postgres", "Redis"),
    ("Flask", "Celery"),
    ("Nairobi", "Kampala"),
    ("Zorblax", "Quindle"),
)
_PAIR_PHRASES = (
    ("We had a look at {} yesterday.", "And then there is {}, of course."),
    ("My colleague swears by {}.", "She told me about {} as well."),
    ("There was a talk about {}.", "Somebody asked about {} there."),
)
_PROBLEMS = (
    "My build fails with an error, can you fix it?",
    "I get an exception when I start it.",
    "The service crashes after a minute.",
    "Why does it time out? It is broken.",
    "The login does not work.",
)
_WRITES = (
    "Write me a limerick.",
    "Please create a small website.",
    "Generate a list of names.",
    "Draft an email to my landlord.",
)


def planted(seed: int, *, null: int = 400, times: int = 8) -> Planted:
    """Eight stated preferences, eight pairs of entities, two users' intents, one flow, two providers.

    Parameters
    ----------
    seed : int
    null : int
        Conversations of shuffled small talk around them.
    times : int
        Conversations that each pattern shows in.
    """
    chosen = random.Random(seed)
    texts = [text for one in small_talk() for text in one]
    corpus: list[tuple[str, Said]] = [
        (one.user_id, [(t.role, t.text) for t in one.turns]) for one in shuffled(null, seed, users=60)
    ]
    keys: list[Key] = []

    def among(phrases: list[str], *, first: bool = False) -> Said:
        talk = chosen.choices(texts, k=chosen.randint(4, 20))
        places = [0, 2] if first else sorted(chosen.sample(range(0, len(talk) + 1), min(len(phrases), len(talk))))
        said = _alternating(talk)
        for place, phrase in reversed(list(zip(places, phrases, strict=False))):
            said.insert(place, ("user", phrase))
        return said

    for number, (key, _, phrases) in enumerate(_WISHES):
        user = f"fan-{number}"
        keys.append(("user_preference", user, key))
        corpus += [(user, among([chosen.choice(phrases)])) for _ in range(times)]
        corpus += [(user, among([])) for _ in range(times // 3)]
    for one, other in _PAIRS:
        keys.append(("entity_cooccurrence", "", f"{one.split()[-1].casefold()} {other.casefold()}"))
        for _ in range(times):
            user = f"user-{chosen.randrange(60)}"
            corpus.append(
                (
                    user,
                    among(
                        [
                            text.format(name)
                            for text, name in zip(chosen.choice(_PAIR_PHRASES), (one, other), strict=True)
                        ]
                    ),
                )
            )
        corpus += [
            (f"user-{chosen.randrange(60)}", among([f"I read about {name}."]))
            for name in (one, other)
            for _ in range(2)
        ]
    for user, key, phrases in (("fixer", "problem_solving", _PROBLEMS), ("writer", "creation_task", _WRITES)):
        keys.append(("user_intent", user, key))
        corpus += [(user, among([chosen.choice(phrases)], first=True)) for _ in range(times)]
    keys.append(("conversation_flow", "", "complaint problem_solving"))
    for _ in range(2 * times):
        said = among([])
        said += [
            ("user", "That's wrong."),
            ("assistant", "Sorry."),
            ("user", chosen.choice(_PROBLEMS)),
            ("assistant", "Right."),
        ]
        said += _alternating(chosen.choices(texts, k=6))
        corpus.append((f"user-{chosen.randrange(60)}", said))
    chosen.shuffle(corpus)
    keys += [("provider_performance", "alpha", "wins:alpha"), ("provider_performance", "delta", "fails:delta")]
    debates = random_debates(120, seed, won_by="alpha", failing="delta")
    return Planted([conversation(n, user, said) for n, (user, said) in enumerate(corpus)], debates, keys)


def matches(key: Key, pattern_type: str, subject: str, found: str) -> bool:
    """Whether a found pattern is the planted one."""
    return key[:2] == (pattern_type, subject) and all(word in found for word in key[2].split())


def numbered(seeds: int) -> Iterator[int]:
    """Seeds of the rounds."""
    yield from range(1, seeds + 1)
