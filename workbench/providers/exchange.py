"""The words between the API and a provider: what is asked, what came back, and the provider itself.

A failure is part of the exchange, not an exception, because it is recorded as a call like any other.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol

from workbench.errors import ProviderError

CallSource = Literal["api", "replay"]


@dataclass(frozen=True, slots=True)
class Question:
    """One chat completion that is asked for.

    Parameters
    ----------
    model : str
        As the client wrote it.
    body : bytes
        The request in OpenAI's shape, sent as it is.
    messages : sequence of mapping
        The request's own messages, before any window was built.
    conversation_id : str
    recording : str or None
        Id of a recorded conversation, for the replay provider.
    include_usage : bool
        Whether a stream ends with a chunk that has the usage (``stream_options.include_usage``).
    request_id : str
        Of the request it belongs to; ids of an ensemble's debate follow from it.
    """

    model: str
    body: bytes
    messages: Sequence[Mapping[str, Any]]
    conversation_id: str
    recording: str | None = None
    include_usage: bool = False
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens as the provider reports them (or counts them); None when it does not say."""

    tokens_input: int | None = None
    tokens_output: int | None = None
    tokens_cached: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call to a provider, answered or not.

    Parameters
    ----------
    sent : bytes
        What the provider got, byte for byte.
    received : bytes or None
        What it sent back, byte for byte; of a stream everything up to its end. None: nothing came.
    media_type : str
    model : str
        The model that answered, as the provider names it.
    text : str
        The assistant's text; of a tool call its JSON.
    usage : Usage
    latency_ms : float or None
        From sending to the last byte; None unless it was answered in full.
    ttft_ms : float or None
        To the first piece of text of a stream.
    http_status : int or None
    retry_after : str or None
        The provider's ``Retry-After`` header.
    error : ProviderError or None
        Why it failed.
    debate : Debate or None
        The calls behind it, when an ensemble answered.
    """

    sent: bytes
    received: bytes | None
    model: str
    media_type: str = "application/json"
    text: str = ""
    usage: Usage = field(default_factory=Usage)
    latency_ms: float | None = None
    ttft_ms: float | None = None
    http_status: int | None = None
    retry_after: str | None = None
    error: ProviderError | None = None
    debate: "Debate | None" = None


@dataclass(frozen=True, slots=True)
class MemberCall:
    """One member's part in one round of a debate.

    Parameters
    ----------
    round : int
        From 1; the vote is the round after the last answers.
    position : int
        The member's place in the ensemble, from 1.
    provider : str
    source : {"api", "replay"}
    kind : {"answer", "vote"}
    exchange : Exchange or None
        The call; None for a vote that was told from the answers without asking.
    started_at, ended_at : datetime
        Aware, UTC.
    model : str
        As the ensemble names the member.
    confidence : float or None
        Of an answer: how far the others' answers of the round agree with it, 0 to 1.
    vote : int or None
        Position that is voted for.
    """

    round: int
    position: int
    provider: str
    source: CallSource
    kind: Literal["answer", "vote"]
    exchange: Exchange | None
    started_at: datetime
    ended_at: datetime
    model: str
    confidence: float | None = None
    vote: int | None = None


@dataclass(frozen=True, slots=True)
class Debate:
    """What an ensemble did for one answer.

    Parameters
    ----------
    members : tuple of str
        Models by position.
    calls : tuple of MemberCall
        In the order of rounds and positions.
    rounds : int
        Rounds of answers.
    winner : MemberCall or None
        The answer that won; None when nobody answered.
    confidence : float
        Share of the votes for the winner, by the share of the members that answered; 0 to 1.
    started_at, ended_at : datetime
    """

    members: tuple[str, ...]
    calls: tuple[MemberCall, ...]
    rounds: int
    winner: MemberCall | None
    confidence: float
    started_at: datetime
    ended_at: datetime


class ChatStream(Protocol):
    """An answer that arrives piece by piece.

    Iterating gives whole server-sent events as bytes, without the final ``[DONE]``. Failures end the
    iteration; `exchange` tells.
    """

    def __aiter__(self) -> AsyncIterator[bytes]:
        """The events, each ending in an empty line."""
        ...

    def exchange(self) -> Exchange:
        """The whole call; to be asked after the iteration ended."""
        ...

    async def aclose(self) -> None:
        """Give up the connection; the exchange then says that the answer was cut off."""
        ...


class Provider(Protocol):
    """Something that answers chat completions."""

    name: str
    source: CallSource

    async def complete(self, question: Question) -> Exchange:
        """Ask and wait for the whole answer."""
        ...

    async def stream(self, question: Question) -> ChatStream | Exchange:
        """Ask for a stream; an `Exchange` with its error when there will be none."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...
