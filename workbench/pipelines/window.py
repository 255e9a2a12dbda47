"""The window of a chat request: its own messages, and what is known of the conversation's past.

The past comes from PostgreSQL; with PostgreSQL gone from the conversation's records in Kafka, without a search; with
both gone the request's own messages still make a window. The breakers see to it that the wait for a server that does
not answer is paid a few times, not per request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import structlog

from workbench.catalogue.models import default_budget
from workbench.catalogue.providers import provider_of
from workbench.catalogue.tokenizers import tokenizer_of
from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
from workbench.context.assembly import Parts, assemble
from workbench.context.compression.strategies import strategy_of
from workbench.context.formatting import FORMATS, format_for
from workbench.context.layout import RECENT_RATIO, Citation, Kind, gaps_between
from workbench.context.oversize import Oversize, cut_to_fit
from workbench.context.requests import RequestMessage, read_messages
from workbench.context.sources import Ask
from workbench.context.window import fit_request
from workbench.errors import BreakerOpenError, StoreError
from workbench.pipelines.window_source import WindowSource, window_source
from workbench.settings.schema import Settings

__all__ = ["Window", "WindowSource", "build_window", "window_source"]

Origin = Literal["postgresql", "kafka", "request"]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Window:
    """What is sent to the model.

    Parameters
    ----------
    messages : list of dict
        OpenAI's shape; the request's own messages as they came.
    token_count : int
        Never above the budget.
    budget_tokens : int
    provider : str
        Whose format `request` has.
    citations : tuple of Citation
        Which turns and parts of documents are in the window, where and whether whole.
    gaps : tuple of (int, int)
        Runs of stored turns, by number, of which the window shows nothing.
    split : mapping
        Tokens by part; their sum is `token_count`.
    stable_prefix_ratio : float or None
        Share of the conversation's last window that begins this one; None for the first one.
    dropped_turns : int
        Turns of the conversation, stored or sent, of which the model sees nothing.
    source : {"postgresql", "kafka", "request"}
        Where the past came from; ``request`` when neither store could be asked, or Kafka holds nothing of it.
    cut : bool
        Whether the middle of a message was left out, as the client asked.
    """

    messages: list[dict[str, Any]]
    token_count: int
    budget_tokens: int
    provider: str
    citations: tuple[Citation, ...]
    gaps: tuple[tuple[int, int], ...]
    split: Mapping[Kind, int]
    dropped_turns: int
    source: Origin
    stable_prefix_ratio: float | None = None
    cut: bool = False

    @property
    def request(self) -> dict[str, Any]:
        """The messages in the provider's own format."""
        return format_for(self.provider if self.provider in FORMATS else "openai", self.messages)

    @property
    def cited_sequences(self) -> tuple[int, ...]:
        """Numbers of the stored turns in the window, each once, in order."""
        return tuple(sorted({one.sequence for one in self.citations if one.sequence}))


def _question(messages: Sequence[RequestMessage]) -> str:
    return next((message.text for message in reversed(messages) if message.role == "user"), "")


def _parts(reader: WindowSource, key: tuple[str, str], ask: Ask) -> tuple[Parts, Origin]:
    """The past, from wherever it can be had."""
    try:
        return reader.stored(key, ask), "postgresql"
    except StoreError as error:
        _gone("postgresql", key[1], error)
    try:
        past = reader.history.past(key[0], conversation_id=key[1])
        parts = assemble(past, ask, chunks=())
        return parts, "kafka" if parts.message_count else "request"
    except StoreError as error:
        _gone("kafka", key[1], error)
    return Parts(), "request"


def _gone(store: str, conversation_id: str, error: StoreError) -> None:
    if not isinstance(error, BreakerOpenError):  # one line per failed try, none per refused one
        _log.warning("window without a store", store=store, conversation_id=conversation_id, error=str(error))


def build_window(
    source: Settings | WindowSource,
    *,
    tenant_id: str,
    conversation_id: str,
    messages: Sequence[Mapping[str, Any]],
    model: str,
    provider: str | None = None,
    query: str | None = None,
    budget_tokens: int | None = None,
    oversize: Oversize = "refuse",
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
        For the tokenizer and the default budget.
    provider : str, optional
        Whose format `Window.request` has; by default the model's own provider.
    query : str, optional
        What older turns and documents are searched for; by default the request's last message of the user.
    budget_tokens : int, optional
        Tokens for the whole input; by default `workbench.catalogue.models.default_budget`.
    oversize : {"refuse", "cut"}
        What becomes of a message that alone is larger than the window.

    Returns
    -------
    Window

    Raises
    ------
    UsageError
        When a message cannot be read, or the system messages and the last message are over the budget.
    """
    budget = default_budget(model) if budget_tokens is None else budget_tokens
    reader = source if isinstance(source, WindowSource) else window_source(source)
    read = read_messages(messages, model)
    fitting = cut_to_fit(read, budget_tokens=budget, model=model) if oversize == "cut" else read
    request = fit_request(fitting, budget_tokens=budget, recent_tokens=int(budget * RECENT_RATIO))
    ask = Ask(
        request=request,
        budget_tokens=budget,
        tokenizer=tokenizer_of(model),
        query=_question(read) if query is None else query,
        strategy=strategy_of(reader.settings.context.compression_type),
    )
    parts, origin = _parts(reader, (tenant_id, conversation_id), ask)
    split = parts.split(ask)
    whole = parts.messages(request)
    citations = tuple(parts.citations())
    shown = {one.sequence for one in citations if one.sequence} | set(parts.sent_sequences)
    gaps = gaps_between(sorted(shown), first=1, last=max(shown, default=0))

    counted = {block.text: block.tokens for block in (parts.past, parts.pinned, parts.evidence, parts.documents)}

    def tokens_of(message: Mapping[str, Any]) -> int:
        text = str(message.get("content") or "")
        return counted.get(text) or ask.count(text) + MESSAGE_OVERHEAD_TOKENS

    return Window(
        messages=whole,
        token_count=sum(split.values()),
        budget_tokens=budget,
        provider=provider or provider_of(model),
        citations=citations,
        gaps=gaps,
        split=split,
        dropped_turns=max(parts.message_count - len(shown), request.dropped if origin == "request" else 0, 0),
        source=origin,
        stable_prefix_ratio=reader.prefixes.ratio((tenant_id, conversation_id, model), whole, tokens_of),
        cut=fitting is not read and list(fitting) != list(read),
    )
