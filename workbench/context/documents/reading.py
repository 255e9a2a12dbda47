"""Bytes of a file as the text of a document, or one clear line why not (pure)."""

import hashlib
import re
from dataclasses import dataclass
from typing import Literal

from workbench.errors import SourceError

MAX_DOCUMENT_BYTES = 10 * 1024 * 1024
"""Largest document: some 2,000 pages. A larger one is a data set; cutting it takes minutes."""

MAX_ID_CHARS = 300
MAX_TITLE_CHARS = 200

MediaType = Literal["text/markdown", "text/plain"]

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_MARKDOWN = (".md", ".markdown", ".mdown")


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is to be stored.

    Parameters
    ----------
    document_id : str
        Names it within its tenant; the same id again is a new version.
    title : str
    source : str
        Where it is from: a path or an address.
    media_type : {"text/markdown", "text/plain"}
    text : str
        Lines end in ``\\n``.
    sha256 : str
        Of the bytes that were read.
    size_bytes : int
    """

    document_id: str
    title: str
    source: str
    media_type: MediaType
    text: str
    sha256: str
    size_bytes: int


def media_type_of(name: str) -> MediaType:
    """Markdown by its suffix, else plain text.

    Examples
    --------
    >>> media_type_of("docs/a.MD"), media_type_of("notes.txt")
    ('text/markdown', 'text/plain')
    """
    return "text/markdown" if name.lower().endswith(_MARKDOWN) else "text/plain"


def read_document(content: bytes, *, source: str, document_id: str = "", title: str = "") -> Document:
    """Read a document's bytes.

    Parameters
    ----------
    content : bytes
    source : str
    document_id : str, optional
        By default the source.
    title : str, optional
        By default the first heading of a Markdown document, else the file's name.

    Raises
    ------
    SourceError
        When it is empty, larger than `MAX_DOCUMENT_BYTES`, not UTF-8, or not text; or the id is too long.

    Examples
    --------
    >>> read_document(b"# Lag\\n\\nBehind.", source="docs/lag.md").title
    'Lag'
    """
    if len(content) > MAX_DOCUMENT_BYTES:
        raise SourceError(
            f"{source} has {len(content):,} bytes; a document has at most {MAX_DOCUMENT_BYTES:,}: split it"
        )
    name = document_id or source
    if not 0 < len(name) <= MAX_ID_CHARS or re.search(r"[\x00-\x1f\x7f\ud800-\udfff]", name):
        raise SourceError(f"{name[:60]!r} is no document id: 1 to {MAX_ID_CHARS} characters on one line; give --id")
    text = _decoded(content, source)
    if not text.strip():
        raise SourceError(f"{source} has no text")
    media_type = media_type_of(source)
    return Document(
        document_id=name,
        title=(title.strip() or _title(text, media_type) or source.rsplit("/", 1)[-1])[:MAX_TITLE_CHARS],
        source=source,
        media_type=media_type,
        text=text,
        sha256=hashlib.sha256(content).hexdigest(),
        size_bytes=len(content),
    )


def _decoded(content: bytes, source: str) -> str:
    if content[:2] in _UTF_16:
        raise SourceError(f"{source} is UTF-16; save it as UTF-8")
    if b"\x00" in content:
        raise SourceError(
            f"{source} is not text (byte {content.index(0):,} is 0); convert it to text or Markdown first"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            f"{source} is not UTF-8 (byte {error.start:,} is 0x{content[error.start]:02x}); save it as UTF-8, or"
            " convert it to text or Markdown first"
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _title(text: str, media_type: MediaType) -> str:
    if media_type != "text/markdown":
        return ""
    found = re.search(r"^ {0,3}# +(.{1,400}?)[ #]*$", text[:20_000], re.MULTILINE)
    return found[1].strip() if found else ""
