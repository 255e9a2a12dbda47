"""What is to be remembered, over HTTP, checked before it becomes an event (pure)."""

from typing import Annotated

import msgspec

from workbench.api.chat_request import Identifier
from workbench.events.payloads import Scalar
from workbench.memory.limits import CONTENT_CHARS
from workbench.memory.writing import Wish

MOST_LISTED = 1_000

Content = Annotated[str, msgspec.Meta(min_length=1, max_length=CONTENT_CHARS)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class MemoryBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something to remember for one of the token's users."""

    content: Content
    user: Identifier | None = None
    session_id: Identifier | None = None
    importance: Share | None = None
    memory_type: Identifier | None = None
    category: Identifier | None = None
    tags: list[Identifier] = []
    metadata: dict[str, Scalar] = {}

    def wish(self) -> Wish:
        """What the node is to write."""
        return Wish(
            self.content, self.importance, self.memory_type, self.category, self.metadata, add_tags=tuple(self.tags)
        )


class MemoryPatch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change; what is left out stays. An entry of `metadata` that is null is removed."""

    content: Content | None = None
    user: Identifier | None = None
    importance: Share | None = None
    memory_type: Identifier | None = None
    category: Identifier | None = None
    add_tags: list[Identifier] = []
    remove_tags: list[Identifier] = []
    metadata: dict[str, Scalar] = {}

    def wish(self) -> Wish:
        """What the node is to write."""
        return Wish(
            self.content,
            self.importance,
            self.memory_type,
            self.category,
            self.metadata,
            tuple(self.add_tags),
            tuple(self.remove_tags),
        )
