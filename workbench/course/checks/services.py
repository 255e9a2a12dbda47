"""The programs that an exercise needs: used when they run already, started for the check when not."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import httpx

from workbench.course.views.flow import FlowView
from workbench.errors import StackError, StoreUnavailableError
from workbench.events.topics import Hop
from workbench.pipelines.play import ChatService
from workbench.pipelines.traffic import chat_service
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stack.programs import Programs

START_S = 60.0
"""The API answers within this on a busy two-core machine."""

QUIET_S = 60.0
"""A handful of messages pass through extraction and the graph in a second or two; a cold worker needs ten."""


def _answering(settings: Settings) -> ChatService | None:
    try:
        service = chat_service(settings)
        alive = httpx.get(f"{service.address}/livez", timeout=2.0, trust_env=False).is_success
    except (StoreUnavailableError, httpx.HTTPError):
        return None
    return service if alive else None


@contextmanager
def chat_and_graph(settings: Settings) -> Iterator[ChatService]:
    """The chat API and a graph worker; as `chat_and_worker`."""
    with chat_and_worker(settings, "graph") as service:
        yield service


@contextmanager
def chat_and_worker(settings: Settings, worker: str) -> Iterator[ChatService]:
    """The chat API and a worker.

    Parameters
    ----------
    settings : Settings
    worker : str
        Its name, e.g. ``graph``; one that runs already shares the work with it.

    Raises
    ------
    StackError
        When one of them does not start.
    """
    with Programs(settings.home / "logs", environment={"WORKBENCH_HOME": str(settings.home)}) as programs:
        service = _answering(settings)
        if service is None:
            programs.start("check-api", ["serve", "--port", "0"])
        programs.start(f"check-worker-{worker}", ["worker", worker])
        until = time.monotonic() + START_S
        while service is None:
            programs.require_running()
            service = _answering(settings)
            if service is None and time.monotonic() > until:
                raise StackError(
                    f"the API did not answer within {START_S:.0f} s; its log ends:\n{programs.tail('check-api')}"
                )
            time.sleep(0.1)
        yield service


@contextmanager
def graph_worker(settings: Settings) -> Iterator[None]:
    """A graph worker; one that runs already shares the work with it."""
    with Programs(settings.home / "logs", environment={"WORKBENCH_HOME": str(settings.home)}) as programs:
        programs.start("check-worker-graph", ["worker", "graph"])
        yield


def _waiting(settings: Settings, hops: Sequence[Hop]) -> int:
    """Events that are in the outbox, or that a hop has not read."""
    outbox = Outbox(settings.outbox_path)
    try:
        unsent = outbox.backlog().count
    finally:
        outbox.close()
    return unsent + int(FlowView(settings).lag(*hops)["lag"].sum())


def wait_until_quiet(
    settings: Settings, *, hops: Sequence[Hop] = ("extraction", "graph"), timeout_s: float = QUIET_S
) -> None:
    """Wait until everything produced so far has been read by some hops; by default it is in the graph then.

    Raises
    ------
    StoreUnavailableError
        When it has not within the time.
    """
    until = time.monotonic() + timeout_s
    quiet = 0
    while quiet < 2:  # extraction produces: one look between its commit and its relay would be too early
        waiting = _waiting(settings, hops)
        quiet = quiet + 1 if waiting == 0 else 0
        if time.monotonic() > until:
            raise StoreUnavailableError(
                f"{waiting} events have not reached {' or '.join(hops)} within {timeout_s:.0f} s; see: workbench status"
            )
        time.sleep(0.1)
