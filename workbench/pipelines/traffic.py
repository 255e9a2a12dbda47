"""Input for who has none: synthetic calls, and recorded conversations in the order they are played."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Protocol

from workbench.errors import StoreUnavailableError
from workbench.events.envelope import Event
from workbench.pipelines.play import ChatService, Played, play
from workbench.providers.recordings import Recording, recordings
from workbench.resilience.ledger import Appended
from workbench.settings import Settings
from workbench.sources.traffic import synthetic_calls

CHUNK_EVENTS = 2_000


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


def play_conversations(
    service: ChatService,
    count: int,
    *,
    run_id: str,
    concurrency: int = 8,
    progress: Callable[[Played], None] = lambda played: None,
) -> Played:
    """Play recorded conversations through the chat API; see `workbench.pipelines.play`."""
    chosen = conversations_to_play(count)
    return play(service, chosen, run_id=run_id, concurrency=concurrency, progress=progress)
