"""What an event of the distributed memory says."""

from datetime import datetime
from typing import Annotated

import msgspec

from workbench.events.values import Properties, Ratio

Counters = dict[Annotated[str, msgspec.Meta(max_length=64)], Annotated[int, msgspec.Meta(ge=0, le=2**53)]]
"""A vector clock: node id -> number of that node's events, at most what a JSON number holds exactly."""


class MemoryUpdate(msgspec.Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True):
    """``memory.created|updated|deleted``: a change of one memory of the envelope's user, made at one node.

    What is left out is not changed. `vector_clock` is what the node had seen, this event included: its own number
    there names the event. `updated_at` is the write's time in the order of writes; without it the event's own time.
    Tags are added under an id of their own and removed by the ids that were seen. An entry of `metadata` that is null
    is removed.
    """

    memory_id: str
    node_id: str
    content: str | None = None
    vector_clock: Counters | None = None
    updated_at: datetime | None = None
    importance: Ratio | None = None
    memory_type: str | None = None
    category: str | None = None
    metadata: Properties | None = None
    tags_added: dict[str, str] | None = None
    tags_removed: list[str] | None = None


class MemorySync(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """``memory.sync_request``: what a node has of a tenant's memory events, so that others send what it lacks.

    `purged` names events (node id -> ranges, first included and end not) that nobody keeps any more,
    because they were about memories that all nodes know to be deleted.
    """

    node_id: str
    vector_clock: Counters
    purged: dict[str, list[tuple[int, int]]] = {}
