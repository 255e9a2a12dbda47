"""What windows are made from: PostgreSQL and its breaker, the searches, the replay, and what is remembered of both."""

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar

import structlog

from workbench.context.assembly import Parts, assemble
from workbench.context.layout import Chunk
from workbench.context.prefixes import Prefixes
from workbench.context.retrieval.terms import analyse
from workbench.context.sources import Ask, DocumentSearch, Hit, TurnSearch
from workbench.context.turns import Turn
from workbench.database.connection import BoundedConnection, Deadlines
from workbench.database.documents import DocumentStore
from workbench.database.marks import Mark, mark_turn
from workbench.database.pool import POOL_SIZE, ConnectionPool
from workbench.database.window import ConversationStats, conversation_stats, replay_turns
from workbench.errors import BreakerOpenError, StoreError, UsageError
from workbench.events.envelope import Event
from workbench.pipelines.heat import Heat
from workbench.pipelines.history import History
from workbench.pipelines.retrieve import Retriever
from workbench.pipelines.revise import revise_message
from workbench.pipelines.stored_past import BlockCache, StoredPast
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.breakers import CircuitBreakers
from workbench.settings.schema import Settings

WINDOW_DEADLINES = Deadlines(connect_s=2.0, statement_s=2.0)
"""A chat request waits no longer than this for its past: the answer itself takes seconds."""

MOST_QUERY_CHARS = 2_000
"""Characters of a question that are searched for: its end, where a long message mostly asks."""

DOCUMENT_CHUNKS = 20
"""Most parts of documents that are asked for. They are searched by words alone: embedding a question takes longer than
everything else that a window needs."""

DOCUMENT_WORDS_RATIO = 0.5
"""Share of the question's words, stemmed, that a part of a document must have. Without a bar, pages about something
else took 16 % of each window and four points of gold evidence (LoCoMo's questions beside this project's pages)."""

DOCUMENT_CONNECTIONS = 4

T = TypeVar("T")

_log = structlog.get_logger(__name__)


class WindowSource:
    """PostgreSQL as the windows' source, Kafka behind it; for many threads.

    Parameters
    ----------
    settings : Settings
    breaker : CircuitBreaker, optional
        By default one of its own, with the settings' policy.
    breakers : CircuitBreakers, optional
        Of the service: the breaker of Kafka is taken from them.
    size : int
        Most connections.
    search : TurnSearch, optional
        What finds turns for a question; by default `workbench.pipelines.retrieve.Retriever`.
    documents : DocumentSearch, optional
        What finds parts of documents; by default the tenant's documents in PostgreSQL.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        breaker: CircuitBreaker | None = None,
        breakers: CircuitBreakers | None = None,
        size: int = POOL_SIZE,
        search: TurnSearch | None = None,
        documents: DocumentSearch | None = None,
    ) -> None:
        own = breakers or CircuitBreakers(settings.breaker)
        self.settings = settings
        self.breaker = breaker or own.of("postgresql")
        self.prefixes = Prefixes()
        self.history = History(settings, breaker=own.of("kafka"))
        self._pool = ConnectionPool(settings.postgresql, size=size, deadlines=WINDOW_DEADLINES, autocommit=True)
        self._retriever = Retriever(settings)
        self._search: TurnSearch = search or self._retriever
        self._document_pool = ConnectionPool(settings.postgresql, size=DOCUMENT_CONNECTIONS, deadlines=WINDOW_DEADLINES)
        self._documents = documents or DocumentStore(self._document_pool)
        self._heat = Heat(self._pool)
        self._blocks = BlockCache(size=settings.context.cache_size, ttl_s=settings.context.cache_ttl_s)

    def stored(self, key: tuple[str, str], ask: Ask) -> Parts:
        """The parts of a window from PostgreSQL.

        Raises
        ------
        StoreError
            When PostgreSQL cannot be asked.
        """
        tenant_id, conversation_id = key
        with self.breaker.guard(), self._pool.connection("read a conversation") as connection:
            past = StoredPast(connection, key, find=self._finder(tenant_id, conversation_id), cache=self._blocks)
            parts = assemble(past, ask, chunks=self._chunks(tenant_id, ask.query))
        self._heat.used(key, parts.evidence.citations)
        return parts

    def replayable(self, key: tuple[str, str], *, turn_limit: int) -> tuple[list[tuple[Turn, str | None]], int]:
        """A conversation's newest turns with the models that said them, and how many turns it has.

        Raises
        ------
        StoreError
            When PostgreSQL cannot be asked.
        """
        tenant_id, conversation_id = key
        with self.breaker.guard(), self._pool.connection("replay a conversation") as connection:
            stats = conversation_stats(connection, tenant_id, conversation_id=conversation_id)
            turns = replay_turns(connection, tenant_id, conversation_id=conversation_id, turn_limit=turn_limit)
        return turns, 0 if stats is None else stats.message_count

    def stats(self, key: tuple[str, str]) -> ConversationStats | None:
        """What is stored of a conversation; None for an unknown one.

        Raises
        ------
        StoreError
            When PostgreSQL cannot be asked.
        """
        with self.breaker.guard(), self._pool.connection("read a conversation's size") as connection:
            return conversation_stats(connection, key[0], conversation_id=key[1])

    def revision(self, key: tuple[str, str], *, message_id: str, text: str | None) -> Event:
        """The event that edits a stored message, or deletes it when there is no text.

        Raises
        ------
        NotFoundError
            When the tenant has no such message in that conversation.
        StoreError
            When PostgreSQL cannot be asked.
        """
        return self._answered(
            "look up a message",
            lambda connection: revise_message(
                connection, key[0], conversation_id=key[1], message_id=message_id, text=text
            ),
        )

    def mark(self, key: tuple[str, str], *, turn_id: str, pinned: bool | None, feedback: int | None) -> Mark:
        """Pin a turn or keep feedback on it; None leaves what is there.

        Raises
        ------
        NotFoundError
            When the tenant has no such turn in that conversation.
        StoreError
            When PostgreSQL cannot be asked.
        """
        return self._answered(
            "mark a turn",
            lambda connection: mark_turn(
                connection, key[0], conversation_id=key[1], turn_id=turn_id, pinned=pinned, feedback=feedback
            ),
        )

    def _answered(self, doing: str, ask: Callable[[BoundedConnection], T]) -> T:
        """What `ask` gives; that there is no such thing is an answer of the store, not a failure."""
        with self.breaker.guard(), self._pool.connection(doing) as connection:
            try:
                return ask(connection)
            except UsageError as error:
                refused = error
        raise refused

    def _finder(self, tenant_id: str, conversation_id: str) -> Callable[[str, int], Sequence[Hit]]:
        def find(query: str, k: int) -> Sequence[Hit]:
            try:
                return self._search.search(
                    tenant_id, conversation_ids=[conversation_id], query=query[-MOST_QUERY_CHARS:], k=k
                )
            except StoreError as error:
                _without("turns", conversation_id, error)
                return []

        return find

    def _chunks(self, tenant_id: str, query: str) -> Sequence[Chunk]:
        if not query.strip():
            return []
        try:
            found = self._documents.search(tenant_id, query[-MOST_QUERY_CHARS:], DOCUMENT_CHUNKS)
        except StoreError as error:
            _without("documents", tenant_id, error)
            return []
        asked = frozenset(analyse(query[-MOST_QUERY_CHARS:]))
        return [one for one in found if _answers(one, asked)]

    def close(self) -> None:
        """Close the connections."""
        self._heat.close()
        self._retriever.close()
        self._document_pool.close()
        self._pool.close()
        self.history.close()


def _answers(chunk: Chunk, asked: frozenset[str]) -> bool:
    """Whether a chunk has enough of what was asked; a search by words always finds something."""
    shared = asked.intersection(analyse(f"{chunk.title} {chunk.text}"))
    return len(shared) >= max(1.0, DOCUMENT_WORDS_RATIO * len(asked))


def _without(what: str, whose: str, error: StoreError) -> None:
    if not isinstance(error, BreakerOpenError):  # one line per failed try, none per refused one
        _log.warning("window without a search", searched=what, whose=whose, error=str(error))


_sources: dict[int, tuple[Settings, WindowSource]] = {}
_sources_lock = threading.Lock()


def window_source(settings: Settings) -> WindowSource:
    """The process's own source for these settings, made when first asked for."""
    with _sources_lock:
        found = _sources.get(id(settings))
        if found is None:
            found = _sources[id(settings)] = (settings, WindowSource(settings))
        return found[1]
