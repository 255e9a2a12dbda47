"""What extraction finds, and how an entity gets the same id wherever it is named."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

MENTION_TEXT_CHARS = 200
"""Characters of a mention's text that travel: a span may be a whole code block, its start and end say how long."""

NAME_CHARS = 512
"""A longer name (a URL, a path) is no entity: nobody looks it up, and an index key must stay small."""

_CASE_MATTERS = frozenset({"url", "file_path"})
_SLUG_CHARS = 32
_ID_DIGITS = 16  # 64 bits: among a billion entities the chance of one collision is about 3 %, within one slug far less


@dataclass(frozen=True, slots=True)
class EntitySpan:
    """One place of a text that names an entity.

    Parameters
    ----------
    entity_id : str
        The same for the same type and normalised name, in every text.
    entity_type : str
        E.g. ``technology``, ``email``, ``name``.
    name : str
        The canonical name, e.g. ``Apache Kafka`` where the text says ``kafka``.
    start, end : int
        Characters ``[start, end)`` of the text.
    confidence : float
        0 to 1: what share of such spans is expected to be right.
    method : str
        Which rule found it.
    """

    entity_id: str
    entity_type: str
    name: str
    start: int
    end: int
    confidence: float
    method: str


def normalised(entity_type: str, name: str) -> str:
    """A name as it enters the id: compatibility forms, case (but for URLs and paths) and spaces made equal.

    Examples
    --------
    >>> normalised("name", "Harry   POTTER")
    'harry potter'
    """
    folded = " ".join(unicodedata.normalize("NFKC", name).split())
    return folded if entity_type in _CASE_MATTERS else folded.casefold()


def entity_id_of(entity_type: str, name: str) -> str:
    """The entity's id: type, a readable part, and a hash of type and normalised name.

    Examples
    --------
    >>> entity_id_of("technology", "Apache Kafka") == entity_id_of("technology", "apache  kafka")
    True
    >>> entity_id_of("technology", "C++") == entity_id_of("technology", "C")
    False
    >>> entity_id_of("technology", "Apache Kafka")
    'technology:apache-kafka:c09b07aab2f1e887'
    """
    key = normalised(entity_type, name)
    digest = hashlib.sha256(f"{entity_type}\x1f{key}".encode(errors="surrogatepass")).hexdigest()
    slug = re.sub(r"[^a-z0-9]+", "-", key.casefold())[:_SLUG_CHARS].strip("-") or "x"
    return f"{entity_type}:{slug}:{digest[:_ID_DIGITS]}"


def span(entity_type: str, name: str, start: int, end: int, *, confidence: float, method: str) -> EntitySpan:
    """A span with the id that its type and name give."""
    return EntitySpan(entity_id_of(entity_type, name), entity_type, name, start, end, confidence, method)
