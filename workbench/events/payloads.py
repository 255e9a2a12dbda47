"""What each type of event says: one typed, frozen payload per family.

Unknown fields are ignored on reading (a newer producer may add some); every field that this version
knows is checked. Sources: HelixAgent's ``internal/bigdata`` publishers for names and fields.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from workbench.events.memory import MemorySync, MemoryUpdate
from workbench.events.values import Milliseconds, Properties, Ratio, RawBody, Scalar, Tokens

__all__ = [
    "CallStatus",
    "ConversationCompleted",
    "DeadLetter",
    "DebateCompleted",
    "DebateTurn",
    "EntityUpdate",
    "Insight",
    "InsightEvidence",
    "LlmCall",
    "MemorySync",
    "MemoryUpdate",
    "Mention",
    "Message",
    "MessageDeleted",
    "MessageEdited",
    "Milliseconds",
    "Operation",
    "Payload",
    "Properties",
    "Ratio",
    "RawBody",
    "RelationshipUpdate",
    "Role",
    "Scalar",
    "Tokens",
]

Role = Literal["system", "user", "assistant", "tool"]
CallStatus = Literal["ok", "error", "refused", "timeout"]
Operation = Literal["complete", "stream", "embed"]


class Message(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``message.added``: one turn of a conversation. Its message id is the event's id."""

    role: Role
    text: str
    provider: str | None = None
    model: str | None = None
    call_id: str | None = None
    source: str = "api"
    time_assumed: bool = False


class MessageEdited(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``message.edited``: a message of the same conversation reads otherwise now; its role stays.

    `message_id` is the id of the message's event, which may arrive later. Of several edits and deletions of a message
    the newest by `occurred_at` counts, then the one with the higher event id.
    """

    message_id: str
    text: str
    source: str = "api"


class MessageDeleted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``message.deleted``: a message of the same conversation is not shown any more; see `MessageEdited`."""

    message_id: str
    source: str = "api"


class LlmCall(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``llm.call.completed``: one call to a provider, answered or not.

    A failed call's `latency_ms` is null, never 0. Calls whose `source` is ``replay`` or ``synthetic``
    are left out of latency and cost figures unless asked for.
    """

    call_id: str
    provider: str
    model: str
    started_at: datetime
    operation: Operation = "complete"
    latency_ms: Milliseconds | None = None
    ttft_ms: Milliseconds | None = None
    tokens_input: Tokens | None = None
    tokens_output: Tokens | None = None
    tokens_cached: Tokens | None = None
    cost_usd: Annotated[float, msgspec.Meta(ge=0)] | None = None
    status: CallStatus = "ok"
    error_code: str | None = None
    http_status: Annotated[int, msgspec.Meta(ge=100, le=599)] | None = None
    cache_hit: bool = False
    request: RawBody | None = None
    response: RawBody | None = None
    source: str = "api"
    time_assumed: bool = False

    def __post_init__(self) -> None:
        if self.status != "ok" and self.latency_ms is not None:
            raise ValueError(f"a call with status {self.status!r} has no latency, got {self.latency_ms} ms")


class Mention(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Where a text names an entity: characters ``[start, end)`` of the message's text."""

    message_id: str
    start: Annotated[int, msgspec.Meta(ge=0)]
    end: Annotated[int, msgspec.Meta(ge=0)]
    text: str
    confidence: Ratio
    method: str


class EntityUpdate(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """``entity.created|updated|deleted|merged``: a fact about one entity, with the mention that shows it.

    The fact holds in ``[valid_from, valid_to)``; without `valid_from` since the event's own time. Each update is a
    whole description: what it leaves out is not kept from an older one.
    """

    entity_id: str
    entity_type: str
    name: str
    mention: Mention | None = None
    merged_into: str | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    aliases: list[str] | None = None
    properties: Properties | None = None


class RelationshipUpdate(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """``relationship.created|updated|deleted``: a typed, directed link with its evidence.

    The link holds in ``[valid_from, valid_to)``; without `valid_from` since the event's own time.
    """

    relationship_id: str
    relationship_type: str
    from_entity_id: str
    to_entity_id: str
    evidence: Mention | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    properties: Properties | None = None


class ConversationCompleted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``conversation.completed``: closed on request or after an idle time, once."""

    reason: Literal["closed", "idle"]
    message_count: Annotated[int, msgspec.Meta(ge=0)]


class DebateTurn(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """One member's part in one round of a debate: an answer, or in the last round its vote.

    A failed part has `error`, and neither time nor tokens. `position` counts members from 1.
    """

    round: Annotated[int, msgspec.Meta(ge=0, le=255)]
    position: Annotated[int, msgspec.Meta(ge=1, le=255)]
    provider: str
    model: str
    kind: Literal["answer", "vote"] = "answer"
    role: str | None = None
    response_time_ms: Milliseconds | None = None
    tokens_used: Tokens | None = None
    confidence: Ratio | None = None
    vote: Annotated[int, msgspec.Meta(ge=1, le=255)] | None = None
    error: str | None = None
    won: bool = False
    source: str = "api"
    call_id: str | None = None


class DebateCompleted(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``debate.completed``: the outcome of an ensemble's debate.

    `winner` and `participants` are ``provider/model``; `turns` say who did what in each round. Times are milliseconds.
    """

    debate_id: str
    topic: str
    rounds: Annotated[int, msgspec.Meta(ge=0)]
    winner: str | None
    confidence: Ratio
    participants: list[str] = []
    winner_provider: str | None = None
    winner_model: str | None = None
    outcome: Literal["successful", "abandoned", "error"] = "successful"
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration_ms: Milliseconds | None = None
    total_tokens: Tokens | None = None
    turns: list[DebateTurn] = []


class InsightEvidence(msgspec.Struct, frozen=True, gc=False):
    """Where an insight shows: a conversation (or debate) and the ids of its messages (or calls)."""

    conversation_id: str
    message_ids: list[str] = []


class Insight(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``learning.insight.created``: a pattern seen across sessions, once per insight and version.

    `frequency` counts distinct conversations or debates; `lift` is the observed share by the one that chance explains.
    """

    insight_id: str
    insight_type: str
    title: str
    description: str
    confidence: Ratio
    version: Annotated[int, msgspec.Meta(ge=1)] = 1
    user_id: str = ""
    impact: Literal["low", "medium", "high"] = "low"
    frequency: Annotated[int, msgspec.Meta(ge=0)] = 0
    lift: Annotated[float, msgspec.Meta(ge=0)] | None = None
    evidence: list[InsightEvidence] = []


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``dead_letter.recorded``: what could not be taken, why, and where it stood."""

    dead_letter_id: str
    hop: str
    reason: str
    original_base64: str
    original_event_id: str | None = None
    original_event_type: str | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None


Payload = (
    Message
    | MessageEdited
    | MessageDeleted
    | LlmCall
    | EntityUpdate
    | RelationshipUpdate
    | ConversationCompleted
    | DebateCompleted
    | MemoryUpdate
    | MemorySync
    | Insight
    | DeadLetter
)
