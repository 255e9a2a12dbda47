"""Sessions behind requests, and turns that are recorded only right after a place."""

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from workbench.api.stored import Stored
from workbench.events.envelope import Event
from workbench.resilience.breakers import CircuitBreakers
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.database.pool import ConnectionPool
    from workbench.pipelines.recall import Recalled
    from workbench.pipelines.retrieve import Retriever
    from workbench.pipelines.sessions import SessionStore

T = TypeVar("T")


class Sessions:
    """The sessions of this installation.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    outbox : Outbox
        Not closed here.
    """

    def __init__(self, settings: Settings, breakers: CircuitBreakers, outbox: Outbox) -> None:
        self._settings = settings
        self._outbox = outbox
        self._stored = Stored(settings, breakers, component="infinite_context", missing="session_not_found")
        self._lock = threading.Lock()
        self._store: SessionStore | None = None
        self._retriever: Retriever | None = None

    async def ask(self, ask: "Callable[[SessionStore], T]") -> T:
        """What `ask` gives.

        Raises
        ------
        Refusal
            As `Stored.ask`.
        """
        return await self._stored.ask(lambda pool: ask(self._of(pool)))

    def _of(self, pool: "ConnectionPool") -> "SessionStore":
        from workbench.pipelines.sessions import SessionStore

        with self._lock:
            if self._store is None:
                self._store = SessionStore(self._settings, pool, self._outbox)
        return self._store

    async def recall(
        self, tenant_id: str, user_id: str, *, conversation_id: str, query: str, k: int
    ) -> "list[Recalled]":
        """What the user said elsewhere; see `workbench.pipelines.recall.recall`.

        Raises
        ------
        Refusal
            As `Stored.ask`.
        """

        def ask(pool: "ConnectionPool") -> "list[Recalled]":
            from workbench.pipelines.recall import recall
            from workbench.pipelines.retrieve import Retriever

            with self._lock:
                if self._retriever is None:
                    self._retriever = Retriever(pool)
            return recall(
                pool,
                self._retriever,
                tenant_id=tenant_id,
                user_id=user_id,
                conversation_id=conversation_id,
                query=query,
                k=k,
            )

        return await self._stored.ask(ask)

    async def require(self, tenant_id: str, conversation_id: str, *, expected: int) -> None:
        """Refuse a turn, before anything is asked of a provider, whose place is taken already.

        Raises
        ------
        Refusal
            409 with the conversation's last number; 503 when that cannot be known.
        """

        def check(store: "SessionStore") -> None:
            from workbench.database.sessions import require_sequence

            current = store.last_sequence(tenant_id, conversation_id)
            require_sequence(current, expected=expected, conversation_id=conversation_id)

        await self.ask(check)

    async def append(self, events: Sequence[Event], *, expected: int) -> int:
        """Record turns right after a place, or not at all; the conversation's last number afterwards.

        Raises
        ------
        Refusal
            409 with the conversation's last number, when somebody was quicker; 503 when a store is not there.
        """
        return await self.ask(lambda store: store.append(events, expected_sequence=expected))

    def close(self) -> None:
        """Close connections."""
        self._stored.close()
