"""The window of a chat request: its own messages, and what PostgreSQL knows of the conversation's past.

With PostgreSQL gone the request's own messages still make a window; the breaker sees to it that the
wait for a server that does not answer is paid a few times, not per request.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from workbench.catalogue.models import default_budget
from workbench.context.formatting import openai_messages
from workbench.context.merging import unsent
from workbench.context.requests import RequestMessage, read_messages
from workbench.context.turns import Turn
from workbench.context.window import (
    FittedRequest,
    choose_segments,
    fill_up,
    fit_request,
    newest_that_fit,
    recent_allowance,
    turn_cost,
)
from workbench.database.connection import BoundedConnection, Deadlines
from workbench.database.pool import POOL_SIZE, ConnectionPool
from workbench.database.turns import recent_turns, segments_by_priority, turns_of_segments
from workbench.errors import BreakerOpenError, StoreError
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings.schema import Settings

WINDOW_DEADLINES = Deadlines(connect_s=2.0, statement_s=2.0)
"""A chat request waits no longer than this for its past: the answer itself takes seconds."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """What is sent to the model.

    Parameters
    ----------
    messages : list of dict
        OpenAI's shape; the request's own messages as they came.
    token_count : int
        Estimated; never above the budget.
    budget_tokens : int
    segments_used : tuple of int
        Older segments that were put back, by number.
    dropped_turns : int
        Turns of the conversation, stored or sent, that the model does not see.
    source : {"postgresql", "request"}
        Where the past came from: ``request`` when PostgreSQL could not be asked.
    """

    messages: list[dict[str, Any]]
    token_count: int
    budget_tokens: int
    segments_used: tuple[int, ...]
    dropped_turns: int
    source: Literal["postgresql", "request"]


@dataclass(frozen=True, slots=True)
class _Past:
    """Stored turns that are in the window, and how many there are in all."""

    system: Turn | None = None
    turns: tuple[Turn, ...] = ()
    segments: tuple[int, ...] = ()
    unseen: int = 0


class WindowSource:
    """PostgreSQL as the window's source: connections and the breaker in front of them; for many threads.

    Parameters
    ----------
    settings : Settings
    breaker : CircuitBreaker, optional
        By default one of its own, with the settings' policy.
    size : int
        Most connections.
    """

    def __init__(self, settings: Settings, *, breaker: CircuitBreaker | None = None, size: int = POOL_SIZE) -> None:
        self.breaker = breaker or CircuitBreakers(settings.breaker).of("postgresql")
        self._pool = ConnectionPool(settings.postgresql, size=size, deadlines=WINDOW_DEADLINES, autocommit=True)

    def past(self, tenant_id: str, *, conversation_id: str, request: FittedRequest, budget_tokens: int) -> _Past:
        """The part of the stored past that goes into the window.

        Raises
        ------
        StoreError
            When PostgreSQL cannot be asked.
        """
        with self.breaker.guard(), self._pool.connection("read a conversation") as connection:
            return _read(connection, (tenant_id, conversation_id), request=request, budget_tokens=budget_tokens)

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()


def _bound(recent: Sequence[Turn], history: Sequence[Turn], stored: Sequence[Turn]) -> int:
    """The place before which a segment must end to hold nothing that is in the window or was sent."""
    if recent:
        return recent[0].sequence
    if history:
        return history[-1].sequence + 1
    return stored[0].sequence if stored else 2**62


def _read(connection: BoundedConnection, key: tuple[str, str], *, request: FittedRequest, budget_tokens: int) -> _Past:
    tenant_id, conversation_id = key
    stored = recent_turns(connection, tenant_id, conversation_id=conversation_id, budget_tokens=budget_tokens)
    free = budget_tokens - request.token_count
    system = stored.system
    if system is not None and (turn_cost(system) > free or any(one.role == "system" for one in request.messages)):
        system = None  # the request's own instructions replace the stored ones
    free -= turn_cost(system) if system else 0
    history = unsent(stored.turns, request.messages)
    allowance = recent_allowance(history, free_tokens=free, older=not stored.complete)
    recent = newest_that_fit(history, budget_tokens=allowance)
    left = free - sum(map(turn_cost, recent))
    older: list[Turn] = []
    numbers: tuple[int, ...] = ()
    if not stored.complete or len(recent) < len(history):
        candidates = segments_by_priority(
            connection,
            tenant_id,
            conversation_id=conversation_id,
            before_sequence=_bound(recent, history, stored.turns),
            budget_tokens=left,
        )
        numbers = tuple(sorted(one.number for one in choose_segments(candidates, budget_tokens=left)))
    if numbers:
        found = turns_of_segments(connection, tenant_id, conversation_id=conversation_id, segments=numbers)
        older = newest_that_fit(_not_sent(found, request.messages), budget_tokens=left)
        left -= sum(map(turn_cost, older))
    taken = {turn.sequence for turn in older}
    recent = fill_up(recent, [turn for turn in history if turn.sequence not in taken], free_tokens=left)
    turns = tuple(sorted((*older, *recent), key=lambda turn: turn.sequence))
    sent = len(stored.turns) - len(history)
    return _Past(system, turns, numbers, stored.message_count - len(turns) - sent - (1 if system else 0))


def _not_sent(turns: Sequence[Turn], messages: Sequence[RequestMessage]) -> list[Turn]:
    """Turns of old segments without those that the client sends itself; a lone question may be an old one again."""
    sent = {(message.role, message.text) for message in messages if message.role != "system"}
    return list(turns) if len(sent) < 2 else [turn for turn in turns if (turn.role, turn.text) not in sent]


_sources: dict[int, tuple[Settings, WindowSource]] = {}
_sources_lock = threading.Lock()


def window_source(settings: Settings) -> WindowSource:
    """The process's own source for these settings, made when first asked for."""
    with _sources_lock:
        found = _sources.get(id(settings))
        if found is None:
            found = _sources[id(settings)] = (settings, WindowSource(settings))
        return found[1]


def build_window(
    source: Settings | WindowSource,
    *,
    tenant_id: str,
    conversation_id: str,
    messages: Sequence[Mapping[str, Any]],
    model: str,
    budget_tokens: int | None = None,
) -> Window:
    """The messages to send to a model for a chat request.

    Parameters
    ----------
    source : Settings or WindowSource
        A service makes one `WindowSource` and closes it; with settings the process keeps one.
    tenant_id : str
        Whose conversation; another tenant's of the same id is never read.
    conversation_id : str
    messages : sequence of mapping
        The request's messages in OpenAI's shape; what is stored already is not sent twice.
    model : str
        For the token estimate and the default budget.
    budget_tokens : int, optional
        Tokens for the whole input; by default `workbench.catalogue.models.default_budget`.

    Returns
    -------
    Window

    Raises
    ------
    UsageError
        When a message cannot be read, or the system messages and the last message are over the budget.
    """
    budget = default_budget(model) if budget_tokens is None else budget_tokens
    request = fit_request(read_messages(messages, model), budget_tokens=budget)
    reader = source if isinstance(source, WindowSource) else window_source(source)
    origin: Literal["postgresql", "request"] = "postgresql"
    try:
        past = reader.past(tenant_id, conversation_id=conversation_id, request=request, budget_tokens=budget)
    except StoreError as error:
        if not isinstance(error, BreakerOpenError):  # one line per failed try, none per refused one
            _log.warning("window without the stored past", conversation_id=conversation_id, error=str(error))
        past, origin = _Past(), "request"
    said = openai_messages((*((past.system,) if past.system else ()), *past.turns))
    wire = [dict(message.wire) for message in request.messages]
    return Window(
        messages=[*wire[: request.opening], *said, *wire[request.opening :]],
        token_count=request.token_count + sum(map(turn_cost, (*past.turns, *((past.system,) if past.system else ())))),
        budget_tokens=budget,
        segments_used=past.segments,
        dropped_turns=max(past.unseen, request.dropped),
        source=origin,
    )
