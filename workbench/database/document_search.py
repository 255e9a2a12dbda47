"""Find chunks of documents by their words, and read them."""

from workbench.context.retrieval.analysis import term_id
from workbench.context.retrieval.bm25 import K1, B
from workbench.context.retrieval.terms import analyse
from workbench.database.connection import BoundedConnection
from workbench.database.document_rows import FoundChunk
from workbench.database.statements import statement

MAX_QUERY_TERMS = 64
"""Terms of a query that are looked up, the first ones: a pasted page asks for what it begins with."""


def by_words(
    connection: BoundedConnection, tenant_id: str, *, query: str, corpus: tuple[int, int], k: int
) -> dict[tuple[str, int], float]:
    """Scores of the chunks that have the query's words, by document and position, the `k` best.

    Parameters
    ----------
    connection : BoundedConnection
    tenant_id : str
    query : str
    corpus : tuple of int
        The tenant's chunks, and their terms in all.
    k : int
    """
    asked = [term_id(term) for term in list(dict.fromkeys(analyse(query)))[:MAX_QUERY_TERMS]]
    chunks, terms = corpus
    if not asked or not terms:
        return {}
    rows = connection.execute(
        statement("documents/rank_chunks"),
        {
            "tenant_id": tenant_id,
            "terms": asked,
            "chunks": chunks,
            "mean_length": terms / chunks,
            "k1": K1,
            "b": B,
            "row_limit": k,
        },
    ).fetchall()
    return {(document_id, position): score for document_id, position, score in rows}


def found_texts(
    connection: BoundedConnection, tenant_id: str, scores: dict[tuple[str, int], float]
) -> list[FoundChunk]:
    """The chunks of some scores with their texts, in the order of the scores."""
    if not scores:
        return []
    rows = connection.execute(
        statement("documents/chunks"),
        {
            "tenant_id": tenant_id,
            "document_ids": [document_id for document_id, _ in scores],
            "positions": [position for _, position in scores],
        },
    ).fetchall()
    found = {
        (document_id, position): FoundChunk(
            document_id, title, position, tuple(headings), text, tokens, scores[document_id, position]
        )
        for document_id, title, position, headings, text, tokens in rows
    }
    return [found[key] for key in scores if key in found]
