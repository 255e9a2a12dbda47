"""Events of many requests into the outbox, together: one transaction costs the same for one as for fifty."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from workbench.errors import EventError
from workbench.events.envelope import Event
from workbench.resilience.ledger import Appended


class Publisher(Protocol):
    """Takes events in durably; see `workbench.pipelines.publish`."""

    def publish(self, events: Iterable[Event]) -> Appended:
        """Take events in, all or none."""
        ...


class GroupedIntake:
    """Publishes from one thread, so that requests never wait for each other's database lock.

    Requests that arrive while a transaction runs share the next one. Each request's events are taken in
    together or not at all, and its answer waits until they are.

    Parameters
    ----------
    publisher : Publisher
    recorded : callable
        Told of the events that are durable.
    """

    def __init__(
        self, publisher: Publisher, *, recorded: Callable[[Sequence[Event]], None] = lambda events: None
    ) -> None:
        self._publisher = publisher
        self._recorded = recorded
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="intake")
        self._waiting: list[tuple[Sequence[Event], asyncio.Future[None]]] = []
        self._running: asyncio.Task[None] | None = None

    async def publish(self, events: Sequence[Event]) -> None:
        """Come back when the events are durable.

        Raises
        ------
        StoreError
            When the outbox cannot be written; nothing of these events was taken in.
        EventError
            When one of these events cannot travel; nothing of them was taken in.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((events, done))
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._drain())
        await asyncio.shield(done)  # a client that leaves does not take its events back
        self._recorded(events)

    async def _drain(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            error = await self._enter([event for events, _ in group for event in events])
            for events, done in group:
                # When some event cannot travel, only its own request fails.
                own = await self._enter(events) if isinstance(error, EventError) and len(group) > 1 else error
                if done.cancelled():
                    continue
                if own is None:
                    done.set_result(None)
                else:
                    done.set_exception(own)

    async def _enter(self, events: Sequence[Event]) -> BaseException | None:
        """One transaction; its error is handed to the requests, which raise it."""
        entering = asyncio.wrap_future(self._thread.submit(self._publisher.publish, events))
        await asyncio.wait([entering])
        return entering.exception()

    def close(self) -> None:
        """Stop the thread after what it is doing."""
        self._thread.shutdown(wait=True)
