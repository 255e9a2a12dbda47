"""One chat request on its way from the client to the provider and into the outbox."""

from dataclasses import dataclass

from workbench.api.chat_request import ChatRequest
from workbench.api.record import Call, Identity
from workbench.providers.exchange import Provider, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """One request on its way."""

    identity: Identity
    request: ChatRequest
    provider: Provider
    question: Question
    headers: dict[str, str]
    call: Call
    expected: int | None = None
    """The conversation's last number that the client knows of, when it says so."""
