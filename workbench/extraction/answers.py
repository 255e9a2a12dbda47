"""A language model's answer read with suspicion: what is asked at once, what came back, where it stands in the text."""

import json
import re
from collections.abc import Iterator

from workbench.errors import ProviderError

_PIECE_CHARS = 6_000  # of a text asked about at once: about 1,500 tokens, so that the answer fits any model
_PIECE_END = re.compile(r"\n\s*\n|(?<=[.!?])\s")
_ANSWER_BYTES = 2_000_000  # a longer answer is no list of entities of 6,000 characters
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504})


class AttemptError(ProviderError):
    """One attempt failed; `pause_s` is how long the provider asks to wait, `again` whether another one may help."""

    def __init__(self, message: str, *, status: int | None = None, pause_s: float | None = None) -> None:
        super().__init__(message, http_status=status)
        self.pause_s = pause_s
        self.again = status is None or status < 400 or status in _AGAIN


def pieces(text: str) -> Iterator[tuple[int, int]]:
    """Cut a text at ends of paragraphs or sentences into pieces of at most 6,000 characters: ``[start, end)``.

    Examples
    --------
    >>> list(pieces("short"))
    [(0, 5)]
    """
    start = 0
    while start < len(text):
        limit = start + _PIECE_CHARS
        end = len(text)
        if limit < len(text):
            ends = [found.end() for found in _PIECE_END.finditer(text, start, limit)]
            end = ends[-1] if ends else limit
        yield start, end
        start = end


def answered(content: bytes, where: str) -> list[tuple[str, str]]:
    """Texts and types of an answer.

    Raises
    ------
    ProviderError
        It is not the JSON that was asked for.
    """
    if len(content) > _ANSWER_BYTES:
        raise AttemptError(f"{where} answered with {len(content)} bytes; that is no list of entities")
    try:
        said = json.loads(content)["choices"][0]["message"]["content"]
        listed = json.loads(re.sub(r"^\s*```(?:json)?|```\s*$", "", said))["entities"]
        return [(one["text"], one["type"]) for one in listed if isinstance(one["text"], str) and one["text"].strip()]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise AttemptError(
            f"{where} did not answer with the JSON asked for ({type(error).__name__}); try a model that can"
        ) from error


def locate(text: str, written: str, start: int, end: int) -> tuple[int, int] | None:
    """The first place of ``[start, end)`` where the text has these characters as whole words.

    Examples
    --------
    >>> locate("good Go", "Go", 0, 7), locate("good", "go", 0, 4)
    ((5, 7), None)
    """
    at = text.find(written, start, end)
    while at >= 0:
        stop = at + len(written)
        inside = (at and text[at - 1].isalnum() and written[0].isalnum()) or (
            stop < len(text) and text[stop].isalnum() and written[-1].isalnum()
        )
        if not inside:
            return at, stop
        at = text.find(written, at + 1, end)
    return None
