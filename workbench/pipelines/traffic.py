"""Input for who has none: synthetic calls, and recorded conversations in the order they are played."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import accumulate, chain, islice
from typing import Protocol

from workbench.errors import StoreUnavailableError
from workbench.events.envelope import Event
from workbench.pipelines.play import ChatService, Played, play, play_long
from workbench.providers.recordings import Recording, recordings
from workbench.resilience.ledger import Appended
from workbench.settings import Settings
from workbench.sources.traffic import synthetic_calls

CHUNK_EVENTS = 2_000

OFTEN = 20
"""Sessions of a user who came back often."""

LONG_TURNS_A_CONVERSATION = 2
MOST_LONG_TURNS = 400
"""Turns of the long conversation: some ten times its window. Its requests go one after the other, 10 ms each."""


class Intake(Protocol):
    """Where events go: the publisher."""

    def publish(self, events: Iterable[Event]) -> Appended:
        """Take events in, durably."""
        ...


def publish_calls(
    intake: Intake,
    count: int,
    *,
    seed: int,
    until: datetime,
    hours: float = 24.0,
    progress: Callable[[int], None] = lambda done: None,
) -> Appended:
    """Produce synthetic calls over the hours before `until`; see `workbench.sources.traffic`."""
    total, events = Appended(), synthetic_calls(count, seed=seed, until=until, hours=hours)
    while chunk := list(islice(events, CHUNK_EVENTS)):
        total += intake.publish(chunk)
        progress(total.added + total.repeated)
    return total


def chat_service(settings: Settings) -> ChatService:
    """The chat API that runs for this installation.

    Raises
    ------
    StoreUnavailableError
        When none runs.
    """
    try:
        address = json.loads((settings.home / "run" / "api.json").read_text(encoding="utf-8"))["address"]
        token = settings.api.token.get_secret_value() or (settings.home / "api-token").read_text(encoding="ascii")
    except (OSError, ValueError, KeyError) as error:
        raise StoreUnavailableError("no chat API runs for this installation; start one: workbench serve") from error
    return ChatService(str(address), token.strip())


def conversations_to_play(count: int) -> Iterator[Recording]:
    """The technical conversations first (they are rich in entities), then the human ones."""
    return islice(chain(recordings("technical"), recordings("chitchat")), count)


def long_sessions(turns: int) -> list[Recording]:
    """Sessions of one real user, one after the other, until there are so many turns.

    The user is the one with the longest sessions among those who came back often.
    """
    if turns < 1:
        return []
    by_user: dict[str, list[Recording]] = defaultdict(list)
    for one in recordings("chitchat"):
        by_user[one.user_id].append(one)
    often = {user: sum(_length(one) for one in own) / len(own) for user, own in by_user.items() if len(own) >= OFTEN}
    sessions = sorted(by_user[max(often, key=lambda user: (often[user], user))], key=lambda one: one.turns[0].at)
    before = accumulate((len(one.turns) for one in sessions), initial=0)
    return [one for one, said in zip(sessions, before, strict=False) if said < turns]


def _length(recording: Recording) -> int:
    return sum(len(turn.text) for turn in recording.turns)


def play_conversations(
    service: ChatService,
    count: int,
    *,
    run_id: str,
    concurrency: int = 8,
    progress: Callable[[Played], None] = lambda played: None,
) -> Played:
    """Play recorded conversations through the chat API, and beside them one that is long.

    See `workbench.pipelines.play`.
    """
    chosen = conversations_to_play(count)
    sessions = long_sessions(min(count * LONG_TURNS_A_CONVERSATION, MOST_LONG_TURNS))
    with ThreadPoolExecutor(1, thread_name_prefix="play-long") as aside:
        beside = aside.submit(play_long, service, sessions, run_id=run_id)
        played = play(service, chosen, run_id=run_id, concurrency=concurrency, progress=progress)
        return played + beside.result()
