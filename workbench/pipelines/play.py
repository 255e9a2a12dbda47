"""Play recorded conversations through the chat API, as their users would have typed them."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from workbench.errors import ProviderError, StoreUnavailableError
from workbench.providers.recordings import Recording


@dataclass(frozen=True, slots=True)
class Played:
    """What was sent and how it was answered.

    Parameters
    ----------
    conversations, requests : int
    failed : int
        Requests that got no answer from the provider (they are recorded as failed calls).
    """

    conversations: int = 0
    requests: int = 0
    failed: int = 0

    def __add__(self, other: "Played") -> "Played":
        return Played(
            self.conversations + other.conversations, self.requests + other.requests, self.failed + other.failed
        )


@dataclass(frozen=True, slots=True)
class ChatService:
    """Where the chat API listens, and the token that opens it."""

    address: str
    token: str


def play(
    service: ChatService,
    recordings: Iterable[Recording],
    *,
    run_id: str,
    concurrency: int = 8,
    progress: Callable[[Played], None] = lambda played: None,
) -> Played:
    """Send every user turn of every recording, in order within a conversation, and close it then.

    Parameters
    ----------
    service : ChatService
    recordings : iterable of Recording
    run_id : str
        Part of the conversation ids: the same run again changes nothing, another run is new input.
    concurrency : int
        Conversations played at the same time.
    progress : callable
        Called after each conversation with what was played so far.

    Raises
    ------
    StoreUnavailableError
        When the API does not answer.
    """
    total = Played()
    limits = httpx.Limits(max_connections=concurrency, max_keepalive_connections=concurrency)
    headers = {"Authorization": f"Bearer {service.token}"}
    with (
        httpx.Client(base_url=service.address, headers=headers, limits=limits, timeout=60.0, trust_env=False) as client,
        ThreadPoolExecutor(concurrency, thread_name_prefix="play") as pool,
    ):
        for played in pool.map(lambda one: _play_one(client, one, run_id), recordings):
            total += played
            progress(total)
    return total


def _user_turns(recording: Recording) -> Iterator[tuple[int, list[dict[str, str]]]]:
    """Number from 0 and history of each request: everything said up to and including a user's turn.

    A last turn that nobody answered is not sent: there is nothing to answer it with.
    """
    answered = recording.turns[:-1] if recording.turns[-1].role == "user" else recording.turns
    history: list[dict[str, str]] = []
    number = itertools.count()
    for turn in answered:
        history.append({"role": turn.role, "content": turn.text})
        if turn.role == "user":
            yield next(number), history


def _play_one(client: httpx.Client, recording: Recording, run_id: str) -> Played:
    conversation_id = f"{run_id}:{recording.conversation_id}"
    ids = {"conversation_id": conversation_id, "recording": recording.conversation_id}
    answered = [
        _send(client, recording, {"messages": history, "metadata": ids}, key=f"{conversation_id}:{number}")
        for number, history in _user_turns(recording)
    ]
    _complete(client, conversation_id)
    return Played(1, len(answered), answered.count(False))


def _complete(client: httpx.Client, conversation_id: str) -> None:
    """Say that a conversation is over, so that it is learned from."""
    try:
        answer = client.post(f"/v1/conversations/{quote(conversation_id, safe='')}/close")
    except httpx.HTTPError as error:
        raise StoreUnavailableError(f"the chat API at {client.base_url} does not answer: {error}") from error
    if answer.status_code in {401, 403}:
        raise ProviderError(f"the chat API refuses: HTTP {answer.status_code}: {answer.text[:200]}")


def _send(client: httpx.Client, recording: Recording, body: Mapping[str, Any], *, key: str) -> bool:
    """Send one request; whether it was answered."""
    whole = {"model": f"replay:{recording.set_name}", "user": recording.user_id, **body}
    try:
        answer = client.post("/v1/chat/completions", json=whole, headers={"Idempotency-Key": key})
    except httpx.HTTPError as error:
        raise StoreUnavailableError(f"the chat API at {client.base_url} does not answer: {error}") from error
    if answer.status_code in {401, 403, 413, 422}:
        raise ProviderError(f"the chat API refuses: HTTP {answer.status_code}: {answer.text[:200]}")
    return answer.status_code == httpx.codes.OK


def play_long(service: ChatService, sessions: Sequence[Recording], *, run_id: str) -> Played:
    """Send one user's recordings as the sessions of one conversation, and only the newest turn with each request.

    The past is left to the context store: what grows there is longer than a client would send each time.

    Parameters
    ----------
    service : ChatService
    sessions : sequence of Recording
        Of one user, in order.
    run_id : str
        Part of the conversation's id.

    Raises
    ------
    StoreUnavailableError
        When the API does not answer.
    """
    total = Played()
    headers = {"Authorization": f"Bearer {service.token}"}
    with httpx.Client(base_url=service.address, headers=headers, timeout=60.0, trust_env=False) as client:
        for session in sessions:
            conversation_id = f"{run_id}:long:{session.user_id}"
            ids = {"conversation_id": conversation_id, "recording": session.conversation_id}
            ids["session_id"] = f"{run_id}:{session.conversation_id}"
            for number, history in _user_turns(session):
                body = {"messages": history[-1:], "metadata": ids}
                answered = _send(client, session, body, key=f"{ids['session_id']}:{number}")
                total += Played(0, 1, int(not answered))
    return Played(1 if sessions else 0, total.requests, total.failed)
