"""Rows of an input file, one at a time, whatever the file holds."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from workbench.events.envelope import Event

ROW_LIMIT_BYTES = 128 * 2**20
"""A longer row is not taken: it is read through in pieces and dead-lettered by its hash and size."""

_PIECE_BYTES = 1 << 20
_SHOWN_BYTES = 64 * 1024
"""How much of a refused row is kept with the dead letter."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line number from 1, its bytes without the line end, its ordinal among identical rows."""

    line: int
    content: bytes
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that became no event, and why. `content` may be cut; the reason then names hash and size."""

    line: int
    content: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is fine but is no event of interest, such as a tool's start-up note."""

    line: int


Imported = Event | BadRow | Skipped


def read_rows(stream: BinaryIO, *, limit_bytes: int = ROW_LIMIT_BYTES) -> Iterator[Row | BadRow]:
    """Lines of a binary stream; blank lines are left out, over-long ones become `BadRow`.

    Memory stays bounded by `limit_bytes` for any input. Identical rows are numbered by ordinal, so that
    each has its own identity.
    """
    seen: dict[bytes, int] = {}
    line = 0
    while True:
        content = stream.readline(limit_bytes + 1)
        if not content:
            return
        line += 1
        if len(content) > limit_bytes and not content.endswith(b"\n"):
            yield _too_long(stream, line, content)
            continue
        content = content.rstrip(b"\r\n")
        if line == 1:
            content = content.removeprefix(b"\xef\xbb\xbf")  # a byte order mark is no part of the first row
        if not content.strip():
            continue
        digest = hashlib.blake2b(content, digest_size=16).digest()  # 16 bytes a row, however long rows are
        ordinal = seen.get(digest, 0)
        seen[digest] = ordinal + 1
        yield Row(line, content, ordinal)


def _too_long(stream: BinaryIO, line: int, start: bytes) -> BadRow:
    digest, size, ended = hashlib.sha256(start), len(start), False
    while not ended and (piece := stream.readline(_PIECE_BYTES)):
        ended = piece.endswith(b"\n")
        digest.update(piece)
        size += len(piece)
    reason = f"the row is {size:,} bytes long, above the limit; sha256 {digest.hexdigest()}"
    return BadRow(line, start[:_SHOWN_BYTES], reason)
