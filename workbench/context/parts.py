"""Content parts that are not text: read from a message, named by reference, never lost (pure).

A request keeps its parts as the client sent them. The stored turn keeps a *placeholder* in the place of
each, one line that says what was there and how to know it again::

    [image image/png 48,123 bytes sha256:9f86d0…]      bytes that came with the request
    [image https://example.org/a.png sha256:2c26b4…]   an address: without its query, which may carry a key
    [file report.pdf id:file-abc]                      something that the provider keeps

The bytes are in the request's raw body, which the lake keeps by its own hash.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "audio", "video", "file", "other"]

MAX_REFERENCE_CHARS = 300
"""Longest address or name in a placeholder; the hash tells longer ones apart."""

_DATA_URL = re.compile(r"data:([\w.+-]{1,64}/[\w.+-]{1,64})?((?:;[\w=.+-]{1,64})*),", re.ASCII)
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,64}/[\w.+-]{1,64}", re.ASCII)
_KINDS: dict[str, Kind] = {
    "image_url": "image",
    "input_image": "image",
    "image": "image",
    "input_audio": "audio",
    "audio": "audio",
    "video_url": "video",
    "video": "video",
    "file": "file",
    "input_file": "file",
    "document": "file",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A content part that is not text.

    Parameters
    ----------
    kind : {"image", "audio", "video", "file", "other"}
    media_type : str
        As the client says; empty when it does not.
    content : bytes
        What came with the request; empty for a reference.
    reference : str
        Address, id (``id:…``) or, of an unknown kind, its type.
    address : str
        The whole address, for the provider; empty for content and ids.
    sha256 : str
        Of the content, or of the whole address; empty for an id.
    name : str
        A file's name.
    detail : str
        How closely an image is to be looked at (OpenAI): ``low``, ``high``, ``auto``.
    """

    kind: Kind
    media_type: str = ""
    content: bytes = b""
    reference: str = ""
    address: str = ""
    sha256: str = ""
    name: str = ""
    detail: str = "auto"

    @property
    def placeholder(self) -> str:
        """One line that stands for the part in a stored turn.

        Examples
        --------
        >>> Part("image", "image/png", b"abc", sha256="ba78").placeholder
        '[image image/png 3 bytes sha256:ba78]'
        """
        said = [self.kind, _one_line(self.name), self.media_type]
        said += [f"{len(self.content):,} bytes"] if self.content else [_one_line(self.reference)]
        said += [f"sha256:{self.sha256}"] if self.sha256 else []
        return f"[{' '.join(word for word in said if word)}]"


def text_of_part(part: object) -> str | None:
    """The text of a part that is text (or a refusal, which is said in words); None for every other.

    Examples
    --------
    >>> text_of_part({"type": "text", "text": "look"}), text_of_part({"type": "image_url"})
    ('look', None)
    """
    if not isinstance(part, Mapping):
        return None
    text = part.get("refusal") if part.get("type") == "refusal" else part.get("text")
    return text if isinstance(text, str) else None


def read_part(part: object) -> Part:
    """A part that is not text, in OpenAI's, Anthropic's or an unknown shape; never an error.

    Parameters
    ----------
    part : mapping
        ``image_url``, ``input_audio``, ``file``, ``video_url``, or ``image`` and ``document`` with a source.

    Examples
    --------
    >>> read_part({"type": "image_url", "image_url": {"url": "https://example.org/a.png?key=1"}}).reference
    'https://example.org/a.png'
    >>> read_part({"type": "hologram"}).placeholder
    '[other hologram]'
    """
    if not isinstance(part, Mapping):
        return Part("other", reference=type(part).__name__)
    named = str(part.get("type", ""))
    kind = _KINDS.get(named, "other")
    body = part.get(named, part.get("source", part))
    if isinstance(body, str):
        body = {"url": body}
    if not isinstance(body, Mapping) or kind == "other":
        return Part(kind, reference=named)
    name, detail = str(body.get("filename") or part.get("title") or ""), str(body.get("detail") or "auto")
    address = body.get("url") or body.get("file_data") or body.get("file_url")
    if isinstance(address, str):
        return _addressed(kind, address, name=name, detail=detail)
    if isinstance(data := body.get("data"), str):
        media_type = str(body.get("media_type") or (f"audio/{body['format']}" if body.get("format") else ""))
        return _carried(kind, media_type, data, name=name, detail=detail)
    identity = body.get("file_id") or body.get("id")
    return Part(kind, name=name, reference=f"id:{identity}" if identity else named)


def _addressed(kind: Kind, address: str, *, name: str, detail: str) -> Part:
    if found := _DATA_URL.match(address):
        return _carried(kind, found[1] or "", address[found.end() :], name=name, detail=detail)
    if "://" not in address[:16]:  # bare base64, as some clients send a file
        return _carried(kind, "", address, name=name, detail=detail)
    shown = re.sub(r"(?<=://)[^/@]*@", "", re.split(r"[?#]", address, maxsplit=1)[0])
    sha256 = hashlib.sha256(address.encode("utf-8", "replace")).hexdigest()
    return Part(kind, reference=shown, address=address, sha256=sha256, name=name, detail=detail)


def _carried(kind: Kind, media_type: str, data: str, *, name: str, detail: str) -> Part:
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):  # not base64: known again by what it is
        content = data.encode("utf-8", "replace")
    media_type = media_type if _MEDIA_TYPE.fullmatch(media_type) else ""
    return Part(kind, media_type, content, sha256=hashlib.sha256(content).hexdigest(), name=name, detail=detail)


def _one_line(text: str) -> str:
    """Nothing in it can end the placeholder or the line."""
    return re.sub(r"[\s\[\]\x00-\x1f\x7f]+", "_", text)[:MAX_REFERENCE_CHARS]


def content_text(content: object) -> str:
    """The text of a message's content as it is stored: text parts, and a placeholder for each other part.

    Parameters
    ----------
    content : str, sequence of mapping, or None

    Examples
    --------
    >>> content_text([{"type": "text", "text": "look"}, {"type": "file", "file": {"file_id": "file-1"}}])
    'look\\n[file id:file-1]'
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, Sequence):
        return ""
    texts = ((text_of_part(part), part) for part in content)
    return "\n".join(text if text is not None else read_part(part).placeholder for text, part in texts)
