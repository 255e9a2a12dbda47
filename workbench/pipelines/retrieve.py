"""Find the turns of stored conversations that a question needs.

Indexes are kept in memory and brought up to date from PostgreSQL by sequence before each search, so that a search sees
every turn that was committed before it. What was analysed is kept in table ``turn_terms``: the sink does not pay for it
(its time for a turn would about double), the first search of a conversation does, and after a restart the same rows
give the same hits to the last bit.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime

import structlog

from workbench.context.retrieval.search import Hit, search
from workbench.database.connection import Deadlines
from workbench.database.pool import ConnectionPool
from workbench.database.turn_terms import save_terms
from workbench.errors import StoreError
from workbench.pipelines.turn_indexes import Made, TurnIndex, TurnIndexes, catch_up
from workbench.settings.schema import Settings

RETRIEVAL_DEADLINES = Deadlines(connect_s=2.0, statement_s=5.0)
"""A page of 5,000 turns with long texts takes a tenth of this; a chat request cannot wait longer."""

POOL_SIZE = 4

SAVED_TURNS = 5_000
"""Texts whose terms are kept in one statement: about a megabyte."""

_log = structlog.get_logger(__name__)


class Retriever:
    """Search over a tenant's conversations; for many threads. A context manager.

    Parameters
    ----------
    source : Settings or ConnectionPool
        A pool stays its owner's; with settings the retriever has its own and closes it.
    indexes : TurnIndexes, optional
        By default of the settings' size and time to live; with a pool, 1,000 conversations and a day.
    """

    def __init__(self, source: Settings | ConnectionPool, *, indexes: TurnIndexes | None = None) -> None:
        if isinstance(source, Settings):
            self._pool = ConnectionPool(source.postgresql, size=POOL_SIZE, deadlines=RETRIEVAL_DEADLINES)
            size, ttl_s = source.context.cache_size, source.context.cache_ttl_s
        else:
            self._pool, size, ttl_s = source, 1_000, 86_400.0
        self._owned = isinstance(source, Settings)
        self._indexes = TurnIndexes(size=size, ttl_s=ttl_s) if indexes is None else indexes

    def search(
        self,
        tenant_id: str,
        *,
        conversation_ids: Sequence[str],
        query: str,
        k: int,
        asked_at: datetime | None = None,
        asker: str | None = None,
        speakers: Sequence[str] = (),
    ) -> list[Hit]:
        """The best turns of some conversations, best first; none of a conversation that is not stored.

        Parameters
        ----------
        tenant_id : str
            Whose conversations; another tenant's of the same id are never read.
        conversation_ids : sequence of str
            Of one user, who may see them all: they are searched as one.
        query : str
            Any text.
        k : int
            Most hits, at least 1.
        asked_at : datetime, optional
            What "last week" is counted from; by default the day of the newest turn.
        asker : str, optional
            Who asks: "I" is this speaker, "you" everybody else.
        speakers : sequence of str
            Speakers whose turns are wanted rather, when the question names none.

        Raises
        ------
        StoreUnavailableError
            When PostgreSQL is not there.
        UsageError
            When `k` is below 1.
        """
        with self._up_to_date(tenant_id, conversation_ids) as held:
            return search([one.index for one in held], query, k=k, asked_at=asked_at, asker=asker, speakers=speakers)

    def prepare(self, tenant_id: str, *, conversation_ids: Sequence[str]) -> int:
        """Index conversations ahead of a search, e.g. before their texts leave PostgreSQL.

        Returns
        -------
        int
            Turns that are indexed now.
        """
        with self._up_to_date(tenant_id, conversation_ids) as held:
            return sum(len(one.index) for one in held)

    @contextmanager
    def _up_to_date(self, tenant_id: str, conversation_ids: Sequence[str]) -> Iterator[list[TurnIndex]]:
        held = self._indexes.take(tenant_id, conversation_ids)
        try:
            with ExitStack() as locks:
                for one in held:  # in the order of their names, so that two searches never wait in a circle
                    locks.enter_context(one.lock)
                made = self._caught_up(tenant_id, held)
                self._keep(tenant_id, made)
                yield held
        finally:
            self._indexes.trim()

    def _caught_up(self, tenant_id: str, held: Sequence[TurnIndex]) -> Made:
        if not held:
            return []
        with self._pool.connection("read turns for a search") as connection, connection.transaction():
            return catch_up(connection, tenant_id, held=held)

    def _keep(self, tenant_id: str, made: Made) -> None:
        """Keep terms for the next process; a search does not fail for it."""
        try:
            for first in range(0, len(made), SAVED_TURNS):
                with self._pool.connection("keep the terms of turns") as connection, connection.transaction():
                    save_terms(connection, tenant_id, made=made[first : first + SAVED_TURNS])
        except StoreError as error:
            _log.warning("terms of turns are not kept", turns=len(made), error=str(error))

    def close(self) -> None:
        """Close the connections, if they are its own."""
        if self._owned:
            self._pool.close()

    def __enter__(self) -> "Retriever":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
