"""A conversation's profile: what the patterns are made from, with the messages that show it. Pure, deterministic."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import msgspec

from workbench.catalogue.tokens import estimate_tokens
from workbench.extraction import RULES, Extractor
from workbench.extraction.types import COMMON_NOUN_TYPES, FORM_TYPES
from workbench.learning.acts import INTENTS, act_of, is_greeting
from workbench.learning.preferences import stated_preferences
from workbench.learning.turns import SaidConversation, SaidTurn

PROFILE_VERSION = 2
"""Raised when the same turns give another profile; profiles of other versions are made anew."""

KEPT_MESSAGES = 4
"""Evidence per fact: the first places where a conversation shows it; one is enough to look at."""

KEPT_ENTITIES = 200
"""Entities of one conversation, the most often named first: pairs grow with the square, and a conversation that names
more than this is a listing."""

READ_TURNS = 5_000
"""Turns of one conversation that are read, from its start."""

CONCISE_TOKENS, MODERATE_TOKENS = 50, 200
"""HelixAgent's classes of a user's messages by their mean estimated tokens: below 50 concise, below 200 moderate."""

RAPID_S, NORMAL_S = 5.0, 30.0
"""HelixAgent's classes of pace, as seconds between an answer and the user's next turn."""

_FEWEST_PAUSES = 2  # one pause says nothing about a pace


class Fact(msgspec.Struct, frozen=True):
    """Something that a conversation shows.

    Parameters
    ----------
    label : str
        As it was said, for a description.
    messages : list of str
        Ids of the messages that show it, in order.
    texts : list of str
        What tells the texts of these messages apart, in the same order; the same text has the same mark everywhere.
    """

    label: str
    messages: list[str]
    texts: list[str] = []


class Act(msgspec.Struct, frozen=True):
    """What one user turn does, and whose answer stood before it."""

    act: str
    message: str
    after_provider: str | None = None
    answer: str | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What one conversation shows.

    Parameters
    ----------
    conversation_id, user_id, session_id : str
    first_at, last_at : datetime
    acts : list of Act
        Of the user's turns in order, greetings left out.
    preferences : dict
        `stated_preferences` key -> fact.
    style, pace : str or None
        HelixAgent's classes; None when there is too little to say.
    entities : dict
        Entity id -> fact.
    """

    conversation_id: str
    user_id: str
    session_id: str
    first_at: datetime
    last_at: datetime
    acts: list[Act]
    preferences: dict[str, Fact]
    style: str | None
    pace: str | None
    entities: dict[str, Fact]
    version: int = PROFILE_VERSION


def _style(turns: Sequence[SaidTurn]) -> str | None:
    if not turns:
        return None
    mean = sum(estimate_tokens(one.text) for one in turns) / len(turns)
    return "concise" if mean < CONCISE_TOKENS else "moderate" if mean < MODERATE_TOKENS else "detailed"


def _pace(turns: Sequence[SaidTurn]) -> str | None:
    pauses = [
        (after.occurred_at - before.occurred_at) / timedelta(seconds=1)
        for before, after in pairwise(turns)
        if before.role == "assistant" and after.role == "user" and after.occurred_at > before.occurred_at
    ]
    if len(pauses) < _FEWEST_PAUSES:
        return None
    middle = median(pauses)
    return "rapid" if middle < RAPID_S else "normal" if middle < NORMAL_S else "thoughtful"


def _acts(turns: Sequence[SaidTurn]) -> list[Act]:
    found: list[Act] = []
    answered: SaidTurn | None = None
    for turn in turns:
        if turn.role == "assistant":
            answered = turn
        elif turn.role == "user":
            if not is_greeting(turn.text):
                provider = answered.provider if answered else None
                found.append(
                    Act(act_of(turn.text), turn.message_id, provider, answered.message_id if answered else None)
                )
            answered = None
    return found


def _mark(text: str) -> str:
    return hashlib.blake2b(" ".join(text.casefold().split()).encode(errors="replace"), digest_size=6).hexdigest()


def _add(facts: dict[str, Fact], key: str, label: str, turn: SaidTurn, mark: str) -> None:
    known = facts.setdefault(key, Fact(label, [], []))
    if len(known.messages) < KEPT_MESSAGES and turn.message_id not in known.messages:
        known.messages.append(turn.message_id)
        known.texts.append(mark)


def _entities(turns: Sequence[SaidTurn], extractor: Extractor) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    named: dict[str, int] = {}
    for turn in turns:
        mark = _mark(turn.text)
        for span in extractor.extract(turn.text):
            if span.entity_type in COMMON_NOUN_TYPES or span.entity_type in FORM_TYPES:
                continue
            named[span.entity_id] = named.get(span.entity_id, 0) + 1
            _add(facts, span.entity_id, span.name, turn, mark)
    kept = sorted(named, key=lambda one: (-named[one], one))[:KEPT_ENTITIES]
    return {one: facts[one] for one in sorted(kept)}


def profile_of(conversation: SaidConversation, *, extractor: Extractor = RULES) -> Profile | None:
    """The profile of a conversation; None when nobody said anything.

    System prompts and tool results are left out: an application repeats them, no user means anything by it.

    Parameters
    ----------
    conversation : SaidConversation
    extractor : Extractor
        Must give the same spans for the same text each time.
    """
    turns = [one for one in conversation.turns if one.role in ("user", "assistant")][:READ_TURNS]
    if not turns:
        return None
    user = [one for one in turns if one.role == "user"]
    preferences: dict[str, Fact] = {}
    for turn in user:
        mark = _mark(turn.text)
        for stated in stated_preferences(turn.text):
            _add(preferences, stated.key, stated.phrase, turn, mark)
    return Profile(
        conversation_id=conversation.conversation_id,
        user_id=conversation.user_id,
        session_id=conversation.session_id,
        first_at=min(one.occurred_at for one in turns),
        last_at=max(one.occurred_at for one in turns),
        acts=_acts(turns),
        preferences=dict(sorted(preferences.items())),
        style=_style(user),
        pace=_pace(turns),
        entities=_entities(turns, extractor),
    )


def opening(profile: Profile) -> tuple[str, str] | None:
    """The intent of a conversation's first turn that is no greeting, with its message; None when it is small talk."""
    first = profile.acts[0] if profile.acts else None
    return (first.act, first.message) if first is not None and first.act in INTENTS else None
