"""Searching documents: known items asked for in words that stand beside them, not in them.

Two sets of the project's own: sections of ``docs/``, without their headings, asked for by these; and what the package's
modules say of themselves, without its first line, asked for by that. Questions of fewer than two words that tell
something are left out, and such as stand twice. The anchor is PostgreSQL's own full-text search over the same chunks,
with all words, as everybody writes it, and with any word.
"""

import ast
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.figures import Figure
from workbench.context.documents.chunking import sections
from workbench.context.documents.reading import Document, read_document
from workbench.context.retrieval.terms import analyse
from workbench.context.retrieval.vectors import embedder, vectors_installed
from workbench.database import migrations
from workbench.database.documents import DocumentStore
from workbench.database.pool import ConnectionPool, open_pool
from workbench.settings import Settings

ROOT = Path(__file__).parents[1]
TENANT = "benchmark-documents"
BULK = "benchmark-documents-bulk"
K = (1, 5, 10)
LEAST_CHARS = 150

FULL_TEXT = """
SELECT document_id
FROM document_chunks, {query} AS asked
WHERE tenant_id = %(tenant_id)s AND to_tsvector('english', text) @@ asked
ORDER BY ts_rank_cd(to_tsvector('english', text), asked) DESC, document_id, position
LIMIT 50
"""
ALL_WORDS = FULL_TEXT.format(query="plainto_tsquery('english', %(asked)s)")
ANY_WORD = FULL_TEXT.format(
    query="CAST(replace(CAST(plainto_tsquery('english', %(asked)s) AS text), '&', '|') AS tsquery)"
)


Questions = list[tuple[str, Document]]


def headings() -> Questions:
    """Headings of the pages with their sections."""
    found: Questions = []
    for page in sorted((ROOT / "docs").glob("*.md")):
        for number, (path, text) in enumerate(sections(page.read_text(), "text/markdown")):
            body = "\n".join(line for line in text.splitlines() if not re.match(r" {0,3}#{1,6} ", line))
            if body.strip() and path:
                name = f"{page.stem}-{number}.txt"
                found.append((path[-1], read_document(body.encode(), source=name, title=name)))
    return telling(found)


def first_lines() -> Questions:
    """First lines of the modules' descriptions with what follows them."""
    found: Questions = []
    for number, path in enumerate(sorted((ROOT / "workbench").rglob("*.py"))):
        first, _, rest = (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n\n")
        if len(rest) > LEAST_CHARS:
            name = f"module-{number}.txt"
            found.append((" ".join(first.split()), read_document(rest.encode(), source=name, title=name)))
    return telling(found)


def telling(found: Questions) -> Questions:
    asked = [question for question, _ in found]
    return [one for one in found if asked.count(one[0]) == 1 and len(set(analyse(one[0]))) >= 2]


def hit_rates(asked: Questions, search: Callable[[str], list[str]]) -> list[float]:
    """Share of questions whose section is among the first k documents, for each k."""
    ranks = []
    for heading, document in asked:
        order = list(dict.fromkeys(search(heading)))
        ranks.append(order.index(document.document_id) if document.document_id in order else len(order) + 999)
    return [sum(rank < k for rank in ranks) / len(ranks) for k in K]


def full_text(pool: ConnectionPool, query: str) -> Callable[[str], list[str]]:
    def search(asked: str) -> list[str]:
        with pool.connection() as connection, connection.transaction():
            rows = connection.execute(query.encode(), {"tenant_id": TENANT, "asked": asked}).fetchall()
        return [row[0] for row in rows]

    return search


def ours(store: DocumentStore) -> Callable[[str], list[str]]:
    return lambda asked: [one.document_id for one in store.search(TENANT, asked, 50)]


def clear(store: DocumentStore, tenant: str) -> None:
    for one in store.documents(tenant):
        store.remove(tenant, one.document_id)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    migrations.apply(settings)
    figures: list[Figure] = []
    with open_pool(settings, size=2) as pool:
        for kind, asked in (("headings", headings()), ("modules", first_lines())):
            figures += _quality(pool, kind, asked)
        figures += _speed(DocumentStore(pool), headings(), chunks=100_000 if large else 10_000)
    return figures


def _quality(pool: ConnectionPool, kind: str, asked: Questions) -> list[Figure]:
    stores = {"BM25": DocumentStore(pool)}
    if vectors_installed():
        stores["BM25 and vectors"] = DocumentStore(pool, embedder=embedder)
    clear(stores["BM25"], TENANT)
    found: dict[str, list[float]] = {}
    for name, store in stores.items():
        for _, document in asked:
            store.add(TENANT, document)
        found[name] = hit_rates(asked, ours(store))
    anchors = [hit_rates(asked, full_text(pool, query)) for query in (ALL_WORDS, ANY_WORD)]
    clear(stores["BM25"], TENANT)
    return [
        Figure(
            f"{kind}: {name}, hit rate at {k}",
            100 * rates[place],
            "%",
            "full-text search, any word",
            100 * anchors[1][place],
            note=f"{len(asked)} questions; with all words {100 * anchors[0][place]:.0f} %",
        )
        for name, rates in found.items()
        for place, k in enumerate(K)
    ]


def _speed(store: DocumentStore, asked: Questions, *, chunks: int) -> list[Figure]:
    clear(store, BULK)
    stored, started, copy = 0, time.perf_counter(), 0
    while stored < chunks:
        copy += 1
        # Whole sections with a mark of their own: words are as frequent as they are, documents are different.
        text = "\n\n".join(f"{document.text}\n\nCopy {copy} of {document.document_id}." for _, document in asked)
        stored += store.add(BULK, read_document(text.encode(), source=f"copy-{copy}.txt")).chunks
    added_s = time.perf_counter() - started
    taken = []
    for heading, _ in asked[:100]:
        began = time.perf_counter()
        store.search(BULK, heading, 10)
        taken.append((time.perf_counter() - began) * 1_000)
    clear(store, BULK)
    size = f"{stored:,} chunks"
    return [
        Figure("adding", stored / added_s, "chunks/s", note=size),
        Figure(
            f"a search over {size}, by words", statistics.median(taken), "ms", note=f"slowest of 100 {max(taken):.0f}"
        ),
    ]
