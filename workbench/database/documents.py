"""Documents of a tenant in PostgreSQL: add, replace, remove, list, search.

Every statement names the tenant; a document of another one with the same id is another document.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from workbench.context.documents.chunking import CHUNKING_VERSION, chunk
from workbench.context.documents.ranking import MEANING_WEIGHT, best, fused
from workbench.context.documents.reading import Document
from workbench.context.retrieval.analysis import VERSION as ANALYSIS_VERSION
from workbench.database.connection import BoundedConnection
from workbench.database.document_rows import (
    CHUNK_TYPES,
    FoundChunk,
    Stored,
    StoredDocument,
    chunk_row,
    meaning_text,
    written,
)
from workbench.database.document_search import by_words, found_texts
from workbench.database.pool import ConnectionPool
from workbench.database.statements import statement
from workbench.errors import NotFoundError, StoreError, UsageError

POOLED = 50
"""Chunks that each of two orders, by words and by meaning, gives to the common one."""

MAX_RESULTS = 200

LISTED = 100_000

EMBEDDED_AT_ONCE = 16
"""Vectors between two calls of `progress`: about a second's."""


class Embedder(Protocol):
    """Texts to unit vectors of 384 numbers."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One vector a text, in order."""
        ...


class DocumentStore:
    """Documents of all tenants.

    Parameters
    ----------
    pool : ConnectionPool
        Not closed here.
    embedder : callable, optional
        Gives what makes vectors, when first needed. Adds an order by meaning to the one by words; needs a server
        with pgvector.
    progress : callable, optional
        Called with how many vectors of a document are made and how many it has.
    """

    def __init__(
        self,
        pool: ConnectionPool,
        *,
        embedder: Callable[[], Embedder] | None = None,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> None:
        self._pool = pool
        self._embedder = embedder
        self._progress = progress
        self._made_vectors = False

    def add(self, tenant_id: str, document: Document) -> Stored:
        """Add a document, or put it in the place of the one with its id; the same bytes and title again change nothing.

        Raises
        ------
        StoreUnavailableError, StoreRefusedError, StoreError
            Nothing is changed then.
        """
        version = f"{CHUNKING_VERSION}.{ANALYSIS_VERSION}{'' if self._embedder is None else '+vectors'}"
        key = {"tenant_id": tenant_id, "document_id": document.document_id}
        known = self._one("documents/known_document", key)
        if known == (document.sha256, version, document.title):
            return Stored(document.document_id, "unchanged", 0, 0)
        chunks = chunk(document)
        rows = [chunk_row(tenant_id, document, one=one) for one in chunks]
        vectors = self._vectors([meaning_text(document.title, one) for one in chunks])
        with self._pool.connection("store a document") as connection, connection.transaction():
            added = connection.execute(
                statement("documents/save_document"),
                {
                    **key,
                    "title": document.title,
                    "source": document.source,
                    "media_type": document.media_type,
                    "sha256": document.sha256,
                    "size_bytes": document.size_bytes,
                    "version": version,
                    "chunk_count": len(chunks),
                    "token_count": sum(one.tokens for one in chunks),
                    "term_count": sum(row[-1] for row in rows),
                },
            ).fetchone()
            connection.execute(statement("documents/drop_chunks"), key)
            with connection.cursor() as cursor, cursor.copy(statement("documents/copy_chunks")) as copy:
                copy.set_types(CHUNK_TYPES)
                for row in rows:
                    copy.write_row(row)
            if vectors is not None:
                connection.execute(statement("documents/save_vectors"), {**key, "vectors": vectors})
        status = "added" if added is not None and added[0] else "updated"
        return Stored(document.document_id, status, len(chunks), sum(one.tokens for one in chunks))

    def remove(self, tenant_id: str, document_id: str) -> int:
        """Remove a document with its chunks.

        Returns
        -------
        int
            Chunks that went with it.

        Raises
        ------
        NotFoundError
            When the tenant has none of that id.
        """
        row = self._one("documents/remove_document", {"tenant_id": tenant_id, "document_id": document_id})
        if row is None:
            raise NotFoundError(f"no document {document_id!r}; see: workbench documents list")
        return int(row[0])

    def documents(self, tenant_id: str) -> list[StoredDocument]:
        """A tenant's documents by id, at most `LISTED`."""
        with self._pool.connection("list documents") as connection, connection.transaction():
            rows = connection.execute(
                statement("documents/list_documents"), {"tenant_id": tenant_id, "row_limit": LISTED}
            ).fetchall()
        return [StoredDocument(*row) for row in rows]

    def search(self, tenant_id: str, query: str, k: int) -> list[FoundChunk]:
        """The chunks of a tenant's documents that answer a query, best first.

        Parameters
        ----------
        tenant_id : str
        query : str
            Words; there is no syntax.
        k : int
            Most chunks, 1 to `MAX_RESULTS`.
        """
        if not 1 <= k <= MAX_RESULTS:
            raise UsageError(f"a search gives 1 to {MAX_RESULTS} chunks, not {k}")
        with self._pool.connection("search documents") as connection, connection.transaction():
            corpus = self._corpus(connection, tenant_id)
            if not corpus[0]:
                return []
            scores = by_words(connection, tenant_id, query=query, corpus=corpus, k=max(k, POOLED))
            meaning = self._by_meaning(connection, tenant_id, query)
            if meaning:
                scores = fused([(1.0, best(scores, POOLED)), (MEANING_WEIGHT, meaning)])
            return found_texts(connection, tenant_id, {key: scores[key] for key in best(scores, k)})

    def _corpus(self, connection: BoundedConnection, tenant_id: str) -> tuple[int, int]:
        row = connection.execute(statement("documents/corpus"), {"tenant_id": tenant_id}).fetchone()
        return (0, 0) if row is None else (row[0], row[1])

    def _by_meaning(self, connection: BoundedConnection, tenant_id: str, query: str) -> list[tuple[str, int]]:
        if self._embedder is None or not query.strip():
            return []
        there = connection.execute(statement("documents/has_vectors")).fetchone()
        if there is None or not there[0]:
            return []
        [vector] = written(self._embedder().embed([query]))
        rows = connection.execute(
            statement("documents/nearest_chunks"), {"tenant_id": tenant_id, "vector": vector, "row_limit": POOLED}
        ).fetchall()
        return [(document_id, position) for document_id, position in rows]

    def _vectors(self, texts: Sequence[str]) -> list[str] | None:
        if self._embedder is None:
            return None
        self._make_vectors()
        made: list[str] = []
        for start in range(0, len(texts), EMBEDDED_AT_ONCE):
            made += written(self._embedder().embed(texts[start : start + EMBEDDED_AT_ONCE]))
            self._progress(len(made), len(texts))
        return made

    def _make_vectors(self) -> None:
        if self._made_vectors:
            return
        try:
            with self._pool.connection("make the table of vectors") as connection, connection.transaction():
                connection.execute(statement("migrations/lock_migrations"))
                connection.execute(statement("documents/make_vectors"))
        except StoreError as error:
            raise type(error)(
                f"{error}; words alone need no such table: workbench documents add --words-only"
            ) from error
        self._made_vectors = True

    def _one(self, name: str, given: dict[str, str]) -> tuple[Any, ...] | None:
        with self._pool.connection("read a document") as connection, connection.transaction():
            return connection.execute(statement(name), given).fetchone()
