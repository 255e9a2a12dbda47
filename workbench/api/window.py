"""The context engine behind a chat request; switched off, its driver is never imported."""

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from workbench.api.chat_request import ChatRequest
from workbench.api.errors import Refusal
from workbench.api.record import Identity
from workbench.api.refusals import is_disabled, unavailable
from workbench.catalogue.models import default_budget
from workbench.errors import NotFoundError, StoreError, UsageError
from workbench.providers.ensemble import narrowest_model
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.pipelines.window import Window, WindowSource

T = TypeVar("T")

THREADS = 8
"""As many as the source has connections."""


@dataclass(frozen=True, slots=True)
class BuiltWindow:
    """What is sent to the model.

    Parameters
    ----------
    messages : list of mapping, or None
        None: the request's own messages, unchanged.
    description : str
        For the header ``x-workbench-window``; see `description_of`.
    """

    messages: list[Mapping[str, Any]] | None
    description: str


def description_of(window: "Window") -> str:
    """A window in one line: where it came from, its tokens by part, what it shows and what it leaves out."""
    parts = "; ".join(f"{kind}={tokens}" for kind, tokens in window.split.items())
    prefix = "none" if window.stable_prefix_ratio is None else f"{window.stable_prefix_ratio:.3f}"
    return (
        f"source={window.source}; tokens={window.token_count}; budget={window.budget_tokens}; {parts};"
        f" turns={len(window.cited_sequences)}; dropped={window.dropped_turns}; gaps={len(window.gaps)};"
        f" prefix={prefix}; cut={int(window.cut)}"
    )


class Windows:
    """Builds windows in threads of its own.

    Parameters
    ----------
    settings : Settings
    breakers : CircuitBreakers
    """

    def __init__(self, settings: Settings, breakers: CircuitBreakers) -> None:
        self._settings = settings
        self._breakers = breakers
        self._on = settings.components.infinite_context and settings.services.postgresql.enabled
        self._lock = threading.Lock()
        self._source: WindowSource | None = None
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="window") if self._on else None

    async def build(self, identity: Identity, request: ChatRequest) -> BuiltWindow | None:
        """The window of a request; None when the context engine is switched off.

        Raises
        ------
        Refusal
            400 when the system messages and the last message do not fit into the model's window.
        """
        if self._threads is None:
            return None
        try:
            window = await asyncio.get_running_loop().run_in_executor(self._threads, self._build, identity, request)
        except UsageError as error:
            raise Refusal(400, str(error), code="context_length_exceeded", param="messages") from error
        own = window.messages == request.value["messages"]
        return BuiltWindow(None if own else list(window.messages), description_of(window))

    def _opened(self) -> "WindowSource":
        """The source, made on first use."""
        from workbench.pipelines.window import WindowSource

        with self._lock:
            if self._source is None:
                self._source = WindowSource(self._settings, breakers=self._breakers, size=THREADS)
            return self._source

    async def ask(self, ask: "Callable[[WindowSource], T]") -> T:
        """What `ask` gives of the source, in a thread.

        Raises
        ------
        Refusal
            400 and 404 as `ask` says; 503 when the context engine is off or no store can be asked.
        """
        if self._threads is None:
            raise is_disabled("infinite_context")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: ask(self._opened()))
        except NotFoundError as error:
            raise Refusal(404, str(error), code="conversation_not_found") from error
        except UsageError as error:
            raise Refusal(400, str(error), code="invalid_value") from error
        except StoreError as error:
            raise unavailable(error, "the stored context cannot be read") from error

    def _build(self, identity: Identity, request: ChatRequest) -> "Window":
        from workbench.pipelines.window import build_window

        model = narrowest_model(request.fields.model)
        return build_window(
            self._opened(),
            tenant_id=identity.tenant_id,
            conversation_id=identity.conversation_id,
            messages=request.value["messages"],
            model=model,
            budget_tokens=default_budget(model, max_output_tokens=request.max_output_tokens),
            oversize=request.oversize,
        )

    def close(self) -> None:
        """Close threads and connections."""
        if self._threads is not None:
            self._threads.shutdown(wait=True)
        if self._source is not None:
            self._source.close()
