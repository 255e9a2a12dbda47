"""Rows of messages, and of the conversations, sessions, users, models and providers around them. Pure."""

from dataclasses import dataclass, field
from typing import Any

from workbench.events.envelope import Event
from workbench.events.payloads import Message
from workbench.events.tally import id_checksum
from workbench.graph.epoch import Epoch, epoch
from workbench.graph.limits import recorded_time

EXCERPT_CHARS = 200
"""Characters of a message's text that the graph keeps; the text itself is in the context store and in the lake."""

Row = dict[str, Any]


def _span_of_time(
    rows: dict[tuple[str, ...], Row], key: tuple[str, ...], row: Row, at: Epoch, recorded_at: Epoch
) -> None:
    known = rows.get(key)
    if known is None:
        rows[key] = {**row, "first_at": at, "last_at": at, "recorded_at": recorded_at}
    else:
        known["first_at"], known["last_at"] = min(known["first_at"], at), max(known["last_at"], at)
        known["recorded_at"] = min(known["recorded_at"], recorded_at)


@dataclass(slots=True)
class MessageRows:
    """Rows of ``message.added`` events; the dictionaries are keyed so that each node is written once."""

    messages: dict[str, Row] = field(default_factory=dict)
    generations: dict[str, Row] = field(default_factory=dict)
    conversations: dict[tuple[str, ...], Row] = field(default_factory=dict)
    sessions: dict[tuple[str, ...], Row] = field(default_factory=dict)
    users: dict[tuple[str, ...], Row] = field(default_factory=dict)
    models: dict[str, Row] = field(default_factory=dict)
    providers: dict[str, Row] = field(default_factory=dict)

    def add(self, event: Event, message: Message) -> None:
        """Take in one message."""
        tenant, conversation, at = event.tenant_id, event.conversation_id, epoch(event.occurred_at)
        recorded_at = epoch(recorded_time(event))
        ids: Row = {"tenant_id": tenant, "conversation_id": conversation}
        _span_of_time(self.conversations, (tenant, conversation), ids, at, recorded_at)
        for rows, what in ((self.sessions, "session_id"), (self.users, "user_id")):
            value: str = getattr(event, what)
            _span_of_time(rows, (tenant, value, conversation), {**ids, what: value}, at, recorded_at)
        self.messages[event.event_id] = {
            **ids,
            "message_id": event.event_id,
            "session_id": event.session_id,
            "user_id": event.user_id,
            "occurred_at": at,
            "recorded_at": recorded_at,
            "properties": {
                **ids,
                "event_id": event.event_id,
                "role": message.role,
                "checksum": id_checksum(event.event_id),
                "source_sequence": event.source_sequence,
                "source": message.source,
                "time_assumed": message.time_assumed,
                "call_id": message.call_id,
                "text_chars": len(message.text),
                "excerpt": message.text[:EXCERPT_CHARS],
            },
        }
        self._add_model(event, message, at, recorded_at)

    def _add_model(self, event: Event, message: Message, at: Epoch, recorded_at: Epoch) -> None:
        if message.provider:
            self.providers[message.provider] = {"provider_id": message.provider}
        if message.model:
            model_id = f"{message.provider}/{message.model}" if message.provider else message.model
            self.models[model_id] = {
                "model_id": model_id,
                "name": message.model,
                "provider_id": message.provider or None,
            }
            self.generations[event.event_id] = {
                "message_id": event.event_id,
                "model_id": model_id,
                "valid_from": at,
                "recorded_at": recorded_at,
            }


def in_order(rows: dict[Any, Row]) -> list[Row]:
    """Rows in the order of their keys: two writers that lock the same nodes do it in the same order."""
    return [rows[key] for key in sorted(rows)]
