"""The knowledge graph behind requests: threads, a deadline, a breaker. Switched off, its driver is never imported."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from workbench.api.refusals import is_disabled, unavailable
from workbench.errors import StoreError, StoreUnavailableError, UsageError
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.graph.reading.reader import GraphReader

THREADS = 8
"""As many as the driver has connections."""

CONNECT_S = 2.0
"""A server on the same network that takes longer to connect is not there."""

RETRY_S = 0.5
"""Seconds for which a read that met a write is tried again; a client can ask again itself."""

READ_S = 8.0
"""Seconds after which Neo4j ends a read."""

DEADLINE_S = 10.0
"""Seconds after which a client gets an answer, whatever Neo4j does."""

T = TypeVar("T")


class Knowledge:
    """Reads the graph for requests.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    """

    def __init__(self, settings: Settings, breakers: CircuitBreakers) -> None:
        self._settings = settings
        self._breakers = breakers
        self._on = settings.components.knowledge_graph and settings.services.neo4j.enabled
        self._lock = threading.Lock()
        self._reader: GraphReader | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="knowledge") if self._on else None

    async def read(self, ask: "Callable[[GraphReader], T]") -> T:
        """What `ask` gives, in a thread, behind the breaker ``neo4j``.

        Raises
        ------
        UsageError
            As `ask` raises it.
        Refusal
            503 when the component is disabled, or Neo4j cannot be asked now.
        """
        if self._threads is None:
            raise is_disabled("knowledge_graph", server="NEO4J")
        try:
            with self._breakers.of("neo4j").guard():
                found = await self._within_deadline(ask, self._threads)
        except StoreError as error:
            raise unavailable(error, "the knowledge graph cannot be read") from error
        if isinstance(found, UsageError):  # about the question: to the breaker Neo4j has answered
            raise found
        return found

    async def _within_deadline(
        self, ask: "Callable[[GraphReader], T]", threads: ThreadPoolExecutor
    ) -> "T | UsageError":
        asked = asyncio.get_running_loop().run_in_executor(threads, self._ask, ask)
        try:
            return await asyncio.wait_for(asked, DEADLINE_S)
        except TimeoutError as error:
            raise StoreUnavailableError(
                f"Neo4j did not answer within {DEADLINE_S:g} s; look at: workbench status"
            ) from error

    def _ask(self, ask: "Callable[[GraphReader], T]") -> "T | UsageError":
        from workbench.graph.reading.reader import GraphReader

        with self._lock:
            if self._reader is None:
                self._reader = GraphReader(self._settings, connect_s=CONNECT_S, timeout_s=READ_S, retry_s=RETRY_S)
        try:
            return ask(self._reader)
        except UsageError as error:
            return error

    def close(self) -> None:
        """Close connections and threads; who still waits for Neo4j gets an error."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            with self._lock:
                if self._reader is not None:
                    self._reader.close()
            self._threads.shutdown(wait=True)
