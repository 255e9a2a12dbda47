"""Recorded conversations that can be played again, by set.

``chitchat``: the human conversations of the PyPI package ``chitchat-dataset`` (MIT). The first sender of a
conversation is the user, the other one the assistant; messages sent one after the other make one turn.
``technical``: short conversations about data platforms, written for this project and labelled with their
entities and relationships (``recordings/technical.jsonl``); people and companies that they name as customers are
invented. Which of their mentions speak of the same thing is labelled too: `workbench.providers.mention_labels`.
"""

import importlib.util
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from workbench.clock import as_utc
from workbench.errors import ProviderError
from workbench.events.payloads import Role

SETS = ("chitchat", "technical")
"""Names of the sets, in the order in which `replay` searches them."""

TECHNICAL_FILE = Path(__file__).with_name("recordings") / "technical.jsonl"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn as it was recorded; `at` is aware, UTC."""

    role: Role
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded conversation.

    Parameters
    ----------
    conversation_id : str
        The source's own id.
    turns : tuple of Turn
        Alternating, the user first; at least two.
    user_id : str
        Who played the user; conversations of one person share it.
    set_name : str
        A name of `SETS`.
    """

    conversation_id: str
    turns: tuple[Turn, ...]
    user_id: str
    set_name: str


@dataclass(frozen=True, slots=True)
class Labels:
    """What a technical conversation says, as labelled by hand.

    Parameters
    ----------
    conversation_id, title : str
    entities : tuple of (name, type)
        Names exactly as they stand in the text; type is technology, organization, person or concept.
    relationships : tuple of (from, type, to)
        Only those that a sentence of the conversation states.
    """

    conversation_id: str
    title: str
    entities: tuple[tuple[str, str], ...]
    relationships: tuple[tuple[str, str, str], ...]


class _Said(msgspec.Struct, frozen=True, gc=False):
    text: str
    sender: str
    timestamp: datetime


class _Chat(msgspec.Struct, frozen=True):
    messages: list[list[_Said]]


class _Line(msgspec.Struct, frozen=True):
    conversation_id: str
    title: str
    turns: list[dict[str, str]]
    entities: list[dict[str, str]]
    relationships: list[dict[str, str]]


def chitchat_file() -> Path:
    """The data file of the installed package, found without importing it.

    Raises
    ------
    ProviderError
        When the package is not installed.
    """
    found = importlib.util.find_spec("chitchat_dataset")
    if found is None or found.origin is None:
        raise ProviderError("the recorded set chitchat needs the package chitchat-dataset; run: make setup")
    return Path(found.origin).with_name("dataset.json")


def _chitchat() -> Iterator[Recording]:
    chats = msgspec.json.decode(chitchat_file().read_bytes(), type=dict[str, msgspec.Raw])
    decoder = msgspec.json.Decoder(_Chat)
    for conversation_id, body in chats.items():
        turns = [turn for turn in decoder.decode(body).messages if turn]
        if len(turns) < 2:
            continue  # nobody answered: 3,150 of the 7,168
        user = turns[0][0].sender
        yield Recording(
            conversation_id,
            tuple(
                Turn(
                    "user" if turn[0].sender == user else "assistant",
                    "\n".join(said.text for said in turn),
                    as_utc(turn[0].timestamp),
                )
                for turn in turns
            ),
            user,
            "chitchat",
        )


def _technical_lines() -> Iterator[_Line]:
    decoder = msgspec.json.Decoder(_Line)
    with TECHNICAL_FILE.open("rb") as lines:
        for line in lines:
            yield decoder.decode(line)


def _technical() -> Iterator[Recording]:
    for line in _technical_lines():
        turns = tuple(
            Turn(
                "user" if turn["role"] == "user" else "assistant",
                turn["text"],
                as_utc(datetime.fromisoformat(turn["at"])),
            )
            for turn in line.turns
        )
        yield Recording(line.conversation_id, turns, "technical-reader", "technical")


def recordings(set_name: str) -> Iterable[Recording]:
    """The conversations of a set that have at least one answer, always in the same order.

    Parameters
    ----------
    set_name : str
        A name of `SETS`. ``chitchat`` has 4,018 conversations (of 7,168: in the others nobody answers),
        ``technical`` has 68.

    Raises
    ------
    ProviderError
        When there is no such set, or its package is not installed.

    Examples
    --------
    >>> first = next(iter(recordings("technical")))
    >>> first.conversation_id, [turn.role for turn in first.turns][:2]
    ('technical-001', ['user', 'assistant'])
    """
    if set_name == "technical":
        return _technical()
    if set_name == "chitchat":
        return _chitchat()
    raise ProviderError(
        f"no recorded set {set_name!r}; sets: {', '.join(SETS)}", http_status=404, error_code="model_not_found"
    )


@lru_cache(maxsize=1)
def technical_labels() -> tuple[Labels, ...]:
    """Entities and relationships of the technical conversations, as labelled by hand."""
    return tuple(
        Labels(
            line.conversation_id,
            line.title,
            tuple((one["name"], one["type"]) for one in line.entities),
            tuple((one["from"], one["type"], one["to"]) for one in line.relationships),
        )
        for line in _technical_lines()
    )
