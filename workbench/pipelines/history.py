"""A conversation's turns from its Kafka partition, for when PostgreSQL cannot be asked.

What was read stays in memory, so the next question reads only what came since. Kafka keeps a week by default and the
partition is read back over a bounded number of records: a replay is what is left, not everything. Edits and deletions
are applied as the context store applies them. Turns are numbered in the partition's order from 1: the same numbers as
in PostgreSQL for a conversation that was read from its beginning and was neither edited nor completed in between.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from workbench.catalogue.tokens import count_tokens
from workbench.context.turns import Turn
from workbench.errors import EventError, StoreError
from workbench.events.codec import decode_event, decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import Message, MessageDeleted, MessageEdited
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.blobs import BlobStore, open_blobs
from workbench.pipelines.replayed_past import ReplayedPast
from workbench.resilience.breaker import CircuitBreaker
from workbench.settings.schema import Settings
from workbench.stream.key_records import KeyReader

MOST_RECORDS = 100_000
"""Records of the partition that are looked at, other conversations' included: about a second's reading."""

MOST_TURNS = 20_000
"""Turns of one conversation that are kept, the newest."""

KEPT_CONVERSATIONS = 200
"""Conversations that are kept in memory while PostgreSQL is gone."""


@dataclass(slots=True)
class _Read:
    """What was read of one conversation so far."""

    next_offset: int | None = None
    complete: bool = True
    messages: dict[str, Event] = field(default_factory=dict)
    texts: dict[str, Message] = field(default_factory=dict)
    revisions: dict[str, tuple[datetime, str, str | None]] = field(default_factory=dict)


class History:
    """Conversations replayed from Kafka; for many threads.

    Parameters
    ----------
    settings : Settings
    breaker : CircuitBreaker
        In front of Kafka.
    most_records : int
        Records of a partition that are looked at.
    """

    def __init__(self, settings: Settings, *, breaker: CircuitBreaker, most_records: int = MOST_RECORDS) -> None:
        self._breaker = breaker
        self._most_records = most_records
        self._reader = KeyReader(settings, CONVERSATIONS)
        self._settings = settings
        self._blobs: BlobStore | None = None
        self._lock = threading.Lock()
        self._read: OrderedDict[tuple[str, str], _Read] = OrderedDict()

    def past(self, tenant_id: str, *, conversation_id: str) -> ReplayedPast:
        """The turns of a conversation as the window reads them.

        Raises
        ------
        StoreError
            When Kafka cannot be asked.
        """
        turns, complete = self.turns(tenant_id, conversation_id=conversation_id)
        return ReplayedPast(turns, complete=complete)

    def turns(self, tenant_id: str, *, conversation_id: str) -> tuple[list[Turn], bool]:
        """The turns of a conversation, in order, and whether they are all that Kafka ever had.

        Parameters
        ----------
        tenant_id : str
            Another tenant's turns of a conversation of the same id are left out.
        conversation_id : str

        Raises
        ------
        StoreError
            When Kafka cannot be asked.
        """
        with self._lock:  # one replay at a time: they share one connection, and the second finds what the first read
            key = (tenant_id, conversation_id)
            known = self._read.pop(key, None) or _Read()
            with self._breaker.guard():
                found = self._reader.read(conversation_id, after=known.next_offset, most_records=self._most_records)
            if known.next_offset is not None and not found.from_beginning:
                known = _Read()  # too much came since: what lies between would be missing
            known.complete = known.complete and found.from_beginning
            known.next_offset = found.next_offset
            self._take(known, found.values, tenant_id)
            self._read[key] = known
            while len(self._read) > KEPT_CONVERSATIONS:
                self._read.popitem(last=False)
            return _turns(known), known.complete and len(known.messages) <= MOST_TURNS

    def _take(self, known: _Read, values: Iterable[bytes], tenant_id: str) -> None:
        for value in values:
            try:
                event = decode_event(value)
                if event.tenant_id != tenant_id or event.event_id in known.messages:
                    continue
                payload = decode_payload(event, self._large(event))
            except (EventError, StoreError):
                continue  # no event, or its bytes are not at hand: the workers account for it
            if isinstance(payload, Message):
                known.messages[event.event_id] = event
                known.texts[event.event_id] = payload
            elif isinstance(payload, MessageEdited | MessageDeleted):
                text = payload.text if isinstance(payload, MessageEdited) else None
                revision = (event.occurred_at, event.event_id, text)
                before = known.revisions.get(payload.message_id)
                if before is None or revision[:2] > before[:2]:
                    known.revisions[payload.message_id] = revision

    def _large(self, event: Event) -> bytes | None:
        if event.payload_ref is None:
            return None
        if self._blobs is None:
            self._blobs = open_blobs(self._settings)
        return self._blobs.fetch(event.payload_ref.sha256)

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()


def _turns(known: _Read) -> list[Turn]:
    found: list[Turn] = []
    for sequence, (event_id, event) in enumerate(known.messages.items(), 1):
        message = known.texts[event_id]
        _, _, text = known.revisions.get(event_id, (None, None, message.text))
        if text is None:
            continue
        speaker = event.user_id if message.role == "user" else ""
        at = event.occurred_at
        found.append(Turn(sequence, message.role, text, count_tokens(text), at, event_id, speaker, event.session_id))
    return found[-MOST_TURNS:]
