"""Rows of documents and their chunks: what goes in, what comes out."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from workbench.context.documents.chunking import Chunk
from workbench.context.documents.reading import Document
from workbench.context.retrieval.analysis import analysed

CHUNK_TYPES = ("text", "text", "int4", "text[]", "text", "int4", "int8[]", "int4[]", "int4")

ChunkRow = tuple[str, str, int, list[str], str, int, list[int], list[int], int]
"""Tenant, document, position, headings, text, tokens, ids of terms, their counts, terms with repeats."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What adding a document did.

    Parameters
    ----------
    document_id : str
    status : {"added", "updated", "unchanged"}
    chunks, tokens : int
        Of the document; of an unchanged one 0.
    """

    document_id: str
    status: str
    chunks: int
    tokens: int


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document in the list."""

    document_id: str
    title: str
    source: str
    media_type: str
    sha256: str
    size_bytes: int
    chunk_count: int
    token_count: int
    added_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FoundChunk:
    """A chunk that a search found.

    Parameters
    ----------
    document_id, title : str
    position : int
        Its place in the document, from 0.
    headings : tuple of str
        Outermost first.
    text : str
    tokens : int
        In the store's tokenizer.
    score : float
        BM25; with vectors, a weighted sum of reciprocal ranks. Compares within one search only.
    """

    document_id: str
    title: str
    position: int
    headings: tuple[str, ...]
    text: str
    tokens: int
    score: float


def chunk_row(tenant_id: str, document: Document, *, one: Chunk) -> ChunkRow:
    """A chunk as it is copied into its table."""
    found = analysed("\n".join((document.title, *one.headings, one.text)), said_on=None)
    return (
        tenant_id,
        document.document_id,
        one.position,
        list(one.headings),
        one.text,
        one.tokens,
        found.terms.tolist(),
        found.counts.tolist(),
        found.length,
    )


def meaning_text(title: str, one: Chunk) -> str:
    """What a chunk's vector is made of."""
    return "\n".join((" - ".join(dict.fromkeys((title, *one.headings))), one.text))


def written(vectors: NDArray[np.float32]) -> list[str]:
    """Vectors as pgvector writes them."""
    return [f"[{','.join(map(repr, row))}]" for row in vectors.tolist()]
