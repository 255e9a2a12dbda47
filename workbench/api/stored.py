"""PostgreSQL behind a request: threads, a pool made on first use, the breaker, and its errors as answers."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import run_in_threadpool

from workbench.api.errors import Refusal
from workbench.api.refusals import is_disabled, unavailable
from workbench.errors import ConflictError, EventError, NotFoundError, StoreError, UsageError
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.database.pool import ConnectionPool

CONNECTIONS = 4
"""Of each part that uses one: its statements take milliseconds, and the window has connections of its own."""

CURRENT_HEADER = "x-current"
"""With 409: the version or sequence that is stored now."""

T = TypeVar("T")


class Stored:
    """Asks PostgreSQL for requests of one component; switched off, the driver is never imported.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    component : str
        Field of ``settings.components``.
    missing : str
        Code of a 404.
    """

    def __init__(self, settings: Settings, breakers: CircuitBreakers, *, component: str, missing: str) -> None:
        self._settings = settings
        self._breakers = breakers
        self._component = component
        self._missing = missing
        self._lock = threading.Lock()
        self._pool: ConnectionPool | None = None
        self.on = bool(getattr(settings.components, component)) and settings.services.postgresql.enabled

    async def ask(self, ask: "Callable[[ConnectionPool], T]") -> T:
        """What `ask` gives, in a thread, behind the breaker ``postgresql``.

        Raises
        ------
        Refusal
            400, 404 and 409 as `ask` says; 503 when the component is off, or a store cannot be asked now.
        """
        if not self.on:
            raise is_disabled(self._component)
        try:
            with self._breakers.of("postgresql").guard():
                found = await run_in_threadpool(self._ask, ask)
        except StoreError as error:
            raise unavailable(error, "a store cannot be asked") from error
        if isinstance(found, UsageError | ConflictError | EventError):  # to the breaker the store has answered
            raise self._refusal(found) from found
        return found

    def _refusal(self, error: UsageError | ConflictError | EventError) -> Refusal:
        if isinstance(error, ConflictError):
            return Refusal(409, str(error), code="conflict", headers={CURRENT_HEADER: str(error.current)})
        if isinstance(error, NotFoundError):
            return Refusal(404, str(error), code=self._missing)
        return Refusal(400, str(error), code="invalid_value")

    def _ask(self, ask: "Callable[[ConnectionPool], T]") -> "T | UsageError | ConflictError | EventError":
        from workbench.database.pool import open_pool

        with self._lock:
            if self._pool is None:
                self._pool = open_pool(self._settings, size=CONNECTIONS)
        try:
            return ask(self._pool)
        except (UsageError, ConflictError, EventError) as error:
            return error

    def close(self) -> None:
        """Close connections."""
        with self._lock:
            if self._pool is not None:
                self._pool.close()
