"""Nodes that write, send and receive memory events, without servers: what the stores do, in a dictionary."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from workbench.events.codec import decode_event, decode_payload, encode_event, make_event
from workbench.events.envelope import Event
from workbench.events.payloads import MemoryUpdate
from workbench.memory.changes import change_of
from workbench.memory.clocks import Clock, Dot
from workbench.memory.compaction import compact
from workbench.memory.record import Key, Memory, join
from workbench.memory.seen import Seen
from workbench.memory.states import state_hash
from workbench.memory.writing import Wish, event_id_of_dot, payload_of

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
TENANT, USER = "t", "u"


def key(memory_id: str, user_id: str = USER) -> Key:
    return Key(TENANT, user_id, memory_id)


@dataclass
class Node:
    """One replica; its clock goes wrong by `skew_s` seconds."""

    node_id: str
    skew_s: float = 0.0
    seen: Seen = field(default_factory=Seen)
    memories: dict[Key, Memory] = field(default_factory=dict)
    known: set[Key] = field(default_factory=set)
    """Every id that was ever here: none is given twice (the program takes it from the creating event's own id)."""

    told: dict[str, Clock] = field(default_factory=dict)
    """Other node -> what it last told to have seen."""

    def write(self, name: str, memory_id: str, wish: Wish | None = None, *, at_s: float = 0.0) -> Event | None:
        """One write at this node; None when a creation's id was used, or there is no memory that can be changed."""
        memory = self.memories.get(key(memory_id), Memory())
        if (key(memory_id) in self.known) if name == "created" else (key(memory_id) not in self.memories):
            return None
        if memory.deleted is not None:
            return None
        dot = Dot(self.node_id, self.seen.last(self.node_id) + 1)
        now = NOON + timedelta(seconds=at_s + self.skew_s)
        payload = payload_of(wish or Wish(), memory, memory_id=memory_id, dot=dot, seen=self.seen, clock=lambda: now)
        event = make_event(
            f"memory.{name}",
            payload,
            event_id=event_id_of_dot(TENANT, dot),
            occurred_at=now,
            conversation_id=f"memory:{self.node_id}",
            session_id="s",
            user_id=USER,
            tenant_id=TENANT,
        )
        self.receive(event)
        return event

    def receive(self, event: Event) -> None:
        """Take an event in, over the wire's own bytes."""
        arrived = decode_event(encode_event(event))
        payload = decode_payload(arrived)
        assert isinstance(payload, MemoryUpdate)
        change = change_of(arrived, payload)
        if change.dot is not None:
            if self.seen.has(change.dot):
                return
            self.seen = self.seen.add(change.dot)
        self.known.add(change.key)
        self.memories = join(self.memories, [(change.key, change.memory)])

    def hear(self, other: "Node") -> None:
        """What another node tells to have seen."""
        self.told[other.node_id] = other.seen.clock()

    def compact(self) -> None:
        self.memories = compact(self.memories, seen=self.seen, others=self.told)

    def hash(self) -> str:
        return state_hash(self.memories.items())
