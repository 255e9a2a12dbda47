"""What was learned, and closing a conversation, behind requests: threads, a breaker, a component that may be off."""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.events.envelope import Event
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.database.connection import BoundedConnection
    from workbench.database.pool import ConnectionPool

THREADS = 2
"""Also the connections: these questions are rare and take milliseconds."""

KEPT_CONVERSATIONS = 20_000
"""Conversations of this process that are remembered until PostgreSQL has them; some hundred bytes each."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Recent:
    """What this process has recorded of a conversation."""

    messages: int
    user_id: str
    session_id: str


class RecentConversations:
    """Conversations that were recorded here a moment ago: PostgreSQL has them only after Kafka and the worker.

    Examples
    --------
    >>> RecentConversations().of("tenant", "conversation") is None
    True
    """

    def __init__(self, *, keep: int = KEPT_CONVERSATIONS) -> None:
        self._keep = keep
        self._known: OrderedDict[tuple[str, str], Recent] = OrderedDict()
        self._lock = threading.Lock()

    def note(self, events: Sequence[Event]) -> None:
        """Count the messages among recorded events."""
        with self._lock:
            for event in events:
                if event.event_type == "message.added":
                    key = (event.tenant_id, event.conversation_id)
                    before = self._known.pop(key, None)
                    count = 1 + (before.messages if before else 0)
                    self._known[key] = Recent(count, event.user_id, event.session_id)
            while len(self._known) > self._keep:
                self._known.popitem(last=False)

    def of(self, tenant_id: str, conversation_id: str) -> Recent | None:
        """What is known of a conversation."""
        with self._lock:
            return self._known.get((tenant_id, conversation_id))


class ContextReads:
    """Reads PostgreSQL for requests, in threads; with the component off its driver is never imported.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    """

    def __init__(self, settings: Settings, breakers: CircuitBreakers) -> None:
        self._settings = settings
        self._breakers = breakers
        self.on = settings.components.infinite_context and settings.services.postgresql.enabled
        self._lock = threading.Lock()
        self._pool: ConnectionPool | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="context-read") if self.on else None

    async def read(self, ask: "Callable[[BoundedConnection], T]") -> T:
        """What `ask` gives for a connection, behind the breaker ``postgresql``.

        Raises
        ------
        StoreError
            When PostgreSQL cannot be asked.
        """
        assert self._threads is not None  # noqa: S101 - callers look at `on` first
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, ask)

    def _ask(self, ask: "Callable[[BoundedConnection], T]") -> T:
        from workbench.database.pool import open_pool

        with self._breakers.of("postgresql").guard():
            with self._lock:
                if self._pool is None:
                    self._pool = open_pool(self._settings, size=THREADS)
            with self._pool.connection("answer a request") as connection:
                found = ask(connection)
                connection.rollback()
                return found

    def close(self) -> None:
        """Close threads and connections."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
        if self._pool is not None:
            self._pool.close()


def evidence_of(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """Some columns of a row, for ``metadata``."""
    return {name: row[name] for name in names}
