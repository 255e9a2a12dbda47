"""Sentences with labelled spans in the usual two-column form: ``token TAB tag``, tags ``B-``, ``I-`` and ``O``.

A blank line ends a sentence. Further columns are ignored.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import SourceError


@dataclass(frozen=True, slots=True)
class Tagged:
    """A sentence and its labelled spans.

    Parameters
    ----------
    tokens : tuple of str
    spans : tuple of (int, int, str)
        Tokens ``[first, last)`` and the label.
    """

    tokens: tuple[str, ...]
    spans: tuple[tuple[int, int, str], ...]

    @property
    def text(self) -> str:
        """The tokens with one space between them."""
        return " ".join(self.tokens)


def spans_of(tags: Iterable[str]) -> tuple[tuple[int, int, str], ...]:
    """Spans of a sentence's tags; an ``I-`` without its beginning begins a span.

    Examples
    --------
    >>> spans_of(["O", "B-task", "I-task", "B-task", "I-field"])
    ((1, 3, 'task'), (3, 4, 'task'), (4, 5, 'field'))
    """
    found: list[tuple[int, int, str]] = []
    start, label = 0, ""
    at = 0
    for at, tag in enumerate(tags):
        kind, _, name = tag.partition("-")
        if label and (kind != "I" or name != label):
            found.append((start, at, label))
            label = ""
        if kind in {"B", "I"} and not label:
            start, label = at, name
    if label:
        found.append((start, at + 1, label))
    return tuple(found)


def read_tagged(path: Path) -> list[Tagged]:
    """The sentences of a file.

    Raises
    ------
    SourceError
        The file cannot be read, or a line has no tag.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"cannot read {path}: {error}; expected lines of token, tab, tag") from error
    found: list[Tagged] = []
    tokens: list[str] = []
    tags: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        token, _, rest = line.partition("\t")
        tag = rest.split("\t")[0].strip()
        if token.strip():
            if tag != "O" and tag[:2] not in {"B-", "I-"}:
                raise SourceError(f"{path}:{number}: tag {tag!r} is none of O, B-…, I-…")
            tokens.append(token.strip())
            tags.append(tag)
        elif tokens:
            found.append(Tagged(tuple(tokens), spans_of(tags)))
            tokens, tags = [], []
    return found
