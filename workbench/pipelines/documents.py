"""Files into documents: what can be read is stored, what cannot is told, one file never stops the others."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbench.context.documents.reading import MAX_DOCUMENT_BYTES, Document, read_document
from workbench.context.retrieval.vectors import embedder, vectors_installed
from workbench.database.document_rows import Stored
from workbench.database.documents import DocumentStore, Embedder
from workbench.database.pool import open_pool
from workbench.errors import SourceError, UsageError
from workbench.settings import Settings

SUFFIXES = (".md", ".markdown", ".mdown", ".txt", ".rst")
"""Files of a folder that are taken; a file that is named itself is taken whatever its suffix."""

MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that is no document, and why."""

    source: str
    reason: str


def find_files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Files with the names of their documents: of a folder those with known suffixes, hidden ones left out.

    Parameters
    ----------
    paths : sequence of Path
        Files, and folders that are searched through.

    Returns
    -------
    iterator of (Path, str)
        A folder's file is named by its path below the folder, the folder's own name before it.

    Raises
    ------
    SourceError
        When a path is neither, or there are more than `MAX_FILES`.
    """
    found = 0
    for path in paths:
        if path.is_dir():
            files = [(file, file.relative_to(path)) for file in sorted(path.rglob("*")) if file.suffix in SUFFIXES]
            named = [
                (file, f"{path.absolute().name}/{below.as_posix()}")
                for file, below in files
                if file.is_file() and not any(part.startswith(".") for part in below.parts)
            ]
        elif path.is_file():
            named = [(path, path.name)]
        else:
            raise SourceError(f"there is no file or folder {path}")
        found += len(named)
        if found > MAX_FILES:
            raise SourceError(f"more than {MAX_FILES:,} files; add a smaller folder")
        yield from named


def read_file(path: Path, *, source: str, document_id: str = "", title: str = "") -> Document:
    """Read one file as a document.

    Raises
    ------
    SourceError
        When it cannot be read, or is no text of a bearable size.
    """
    try:
        # One byte more than allowed is enough to know; the rest of a huge file is never read.
        with path.open("rb") as file:
            content = file.read(MAX_DOCUMENT_BYTES + 1)
        if len(content) > MAX_DOCUMENT_BYTES:
            size = path.stat().st_size
            raise SourceError(f"{source} has {size:,} bytes; a document has at most {MAX_DOCUMENT_BYTES:,}: split it")
    except OSError as error:
        raise SourceError(f"{source} cannot be read: {error.strerror or error}") from error
    return read_document(content, source=source, document_id=document_id, title=title)


def add_files(
    store: DocumentStore, tenant_id: str, *, paths: Sequence[Path], document_id: str = "", title: str = ""
) -> Iterator[Stored | Refused]:
    """Store files as documents of a tenant, one after another.

    Parameters
    ----------
    store : DocumentStore
    tenant_id : str
    paths : sequence of Path
        Files or folders.
    document_id, title : str, optional
        Of a single file.

    Raises
    ------
    SourceError
        When a path is not there, or an id or title is given for several files.
    StoreError
        When the store does not take one; those before it are stored.
    """
    files = list(find_files(paths))
    if (document_id or title) and len(files) != 1:
        raise SourceError(f"an id or a title names one document, and these are {len(files)} files")
    for path, source in files:
        try:
            document = read_file(path, source=source, document_id=document_id, title=title)
        except SourceError as error:
            yield Refused(source, str(error))
            continue
        yield store.add(tenant_id, document)


@contextmanager
def document_store(
    settings: Settings,
    *,
    vectors: bool | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Iterator[DocumentStore]:
    """A store with connections of its own.

    Parameters
    ----------
    settings : Settings
    vectors : bool, optional
        Whether meaning counts beside words; by default when the extra ``vectors`` is installed.
    progress : callable, optional
        Called with how many vectors of a document are made and how many it has.

    Raises
    ------
    UsageError
        When PostgreSQL is switched off.
    """
    if not settings.services.postgresql.enabled:
        raise UsageError("PostgreSQL is switched off, and documents are kept there; see: workbench config show")
    with open_pool(settings, size=2) as pool:
        yield DocumentStore(pool, embedder=_embedder(vectors), progress=progress)


def _embedder(vectors: bool | None) -> Callable[[], Embedder] | None:
    return embedder if (vectors_installed() if vectors is None else vectors) else None
