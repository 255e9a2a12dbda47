"""Bytes as documents."""

import pytest

from workbench.context.documents.reading import MAX_DOCUMENT_BYTES, read_document
from workbench.errors import SourceError


def test_a_document_is_named_by_its_source_and_titled_by_its_first_heading() -> None:
    found = read_document(b"Intro\r\n# The lag #\r\n\xc3\xa9", source="docs/lag.md")
    assert (found.document_id, found.title, found.media_type) == ("docs/lag.md", "The lag", "text/markdown")
    assert found.text == "Intro\n# The lag #\né"
    assert read_document(b"# No heading", source="docs/lag.txt").title == "lag.txt"
    assert read_document(b"text", source="docs/lag.md", title="Given", document_id="d").title == "Given"


def test_a_byte_order_mark_is_no_text() -> None:
    assert read_document(b"\xef\xbb\xbf# Lag", source="a.md").title == "Lag"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "a.md has no text"),
        (b" \n\t\n", "a.md has no text"),
        (b"PK\x03\x04\x00", r"a.md is not text \(byte 4 is 0\); convert it"),
        (b"caf\xe9", r"a.md is not UTF-8 \(byte 3 is 0xe9\); save it as UTF-8"),
        ("text".encode("utf-16"), "a.md is UTF-16; save it as UTF-8"),
        (b"a" * (MAX_DOCUMENT_BYTES + 1), "a.md has 10,485,761 bytes; a document has at most 10,485,760: split it"),
    ],
)
def test_what_is_no_document_says_why(content: bytes, complaint: str) -> None:
    with pytest.raises(SourceError, match=complaint):
        read_document(content, source="a.md")


@pytest.mark.parametrize("document_id", ["x" * 301, "a\nb", "\x7f"])
def test_an_id_is_one_short_line(document_id: str) -> None:
    with pytest.raises(SourceError, match="is no document id"):
        read_document(b"text", source="a.md", document_id=document_id)
