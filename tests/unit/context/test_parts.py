"""Content parts that are not text."""

import base64
import hashlib
import json
import struct
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.api.chat_request import parse_chat_request
from workbench.api.turns import turns_since_answer
from workbench.context.part_tokens import image_size, part_tokens
from workbench.context.parts import Part, content_text, read_part
from workbench.context.requests import read_messages


def png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * height * (width + 1))) + chunk(b"IEND", b"")
    )


def data_url(content: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"


def test_bytes_are_named_by_their_hash_size_and_type() -> None:
    content = png(3, 2)
    part = read_part({"type": "image_url", "image_url": {"url": data_url(content), "detail": "low"}})
    assert (part.kind, part.media_type, part.content, part.detail) == ("image", "image/png", content, "low")
    assert part.placeholder == f"[image image/png {len(content)} bytes sha256:{hashlib.sha256(content).hexdigest()}]"


@pytest.mark.parametrize(
    ("given_part", "placeholder"),
    [
        ({"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}, "[audio audio/wav 3 bytes sha256:"),
        ({"type": "file", "file": {"file_id": "file-7", "filename": "a b].pdf"}}, "[file a_b_.pdf id:file-7]"),
        ({"type": "file", "file": {"file_data": "AAAA", "filename": "x.bin"}}, "[file x.bin 3 bytes sha256:"),
        (
            {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": "AAAA"}},
            "[image image/gif 3",
        ),
        (
            {"type": "image", "source": {"type": "url", "url": "https://a.example/x.png"}},
            "[image https://a.example/x.p",
        ),
        (
            {"type": "image_url", "image_url": {"url": "https://ann:pw12@a.example/x?token=s#f"}},
            "[image https://a.example/x ",
        ),
        ({"type": "image_url", "image_url": {"url": "data:image/png;base64,%%%"}}, "[image image/png 3 bytes sha256:"),
        ({"type": "image_url"}, "[image image_url]"),
        ({"type": "image_url", "image_url": 7}, "[image image_url]"),
        ({"type": "hologram\n", "hologram": {}}, "[other hologram_]"),
        ({}, "[other]"),
        ("text by itself", "[other str]"),
        (None, "[other NoneType]"),
    ],
)
def test_every_shape_has_a_placeholder_of_one_line(given_part: Any, placeholder: str) -> None:
    found = read_part(given_part).placeholder
    assert found.startswith(placeholder)
    assert "\n" not in found
    assert "token=s" not in found
    assert "pw12" not in found


def test_an_address_with_another_query_is_another_reference() -> None:
    one, other = (read_part({"type": "image_url", "image_url": {"url": f"https://a.example/x?n={n}"}}) for n in (1, 2))
    assert one.reference == other.reference
    assert one.placeholder != other.placeholder


def test_a_refusal_is_text() -> None:
    assert content_text([{"type": "refusal", "refusal": "No."}, {"type": "text", "text": "Sorry."}]) == "No.\nSorry."


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=5,
)
kinds = st.sampled_from(["text", "image_url", "input_audio", "file", "video_url", "image", "refusal", "hologram"])


@given(kinds, any_json, st.sampled_from(["url", "data", "file_id", "file_data", "detail", "media_type", "filename"]))
def test_whatever_a_client_sends_is_read_counted_and_recorded_alike(kind: str, value: Any, key: str) -> None:
    part: dict[str, Any] = {"type": kind, kind: {key: value}, "text": None}
    if kind in ("text", "refusal"):
        part = {"type": kind, kind: "said"}
    content = [{"type": "text", "text": "look"}, part]
    messages = [{"role": "user", "content": content}]
    body = {"model": "gpt-4o", "messages": messages}
    request = parse_chat_request(body, json.dumps(body).encode(), {})
    [turn] = turns_since_answer(request.fields.messages)
    [read] = read_messages(messages, "gpt-4o")
    # What the window compares and what is recorded must be equal, or a turn would stand twice in a window.
    assert read.text == turn.text
    # The provider gets what the client sent.
    assert json.loads(request.forwarded()) == body
    assert read.tokens > 4


def test_sizes_are_read_from_headers_and_never_from_anything_else() -> None:
    assert image_size(png(640, 480)) == (640, 480)
    assert image_size(b"GIF89a" + struct.pack("<HH", 320, 240)) == (320, 240)
    jpeg = b"\xff\xd8\xff\xe0\x00\x10" + bytes(14) + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", 600, 800) + bytes(9)
    assert image_size(jpeg) == (800, 600)
    webp = b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + (99).to_bytes(3, "little") + (49).to_bytes(3, "little")
    assert image_size(webp) == (100, 50)
    assert image_size(b"\xff\xd8" + b"\xff" * 5_000) is None


@given(st.binary(max_size=60))
def test_a_broken_header_gives_no_size_and_no_error(rest: bytes) -> None:
    for start in (b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP", b""):
        assert part_tokens(Part("image", content=start + rest)) >= 85


@pytest.mark.parametrize(
    ("part", "openai", "anthropic", "gemini"),
    [
        # 1,024² -> 768²: 2 x 2 tiles; 1,024² / 750; 2 x 2 tiles of 768
        (Part("image", content=png(1024, 1024)), 85 + 4 * 170, 1_399, 4 * 258),
        # 300 x 200: one tile; 60,000 / 750; small
        (Part("image", content=png(300, 200)), 85 + 170, 80, 258),
        (Part("image", content=png(300, 200), detail="low"), 85, 80, 258),
        (Part("image", reference="https://a.example"), 85 + 8 * 170, 1_600, 4 * 258),
        # ten seconds of 128 kbit/s
        (Part("audio", content=bytes(160_000)), 100, 100, 320),
        (Part("file", content=b"%PDF-1.7 /Type /Pages /Type /Page\n/Type/Page "), 6_000, 6_000, 516),
        (Part("file", "text/plain", b"hello world"), 2, 2, 2),
        (Part("file", reference="id:file-1"), 3_000, 3_000, 258),
        (Part("other"), 1_000, 1_000, 1_000),
    ],
)
def test_a_part_counts_by_its_providers_rule(part: Part, openai: int, anthropic: int, gemini: int) -> None:
    assert part_tokens(part, "gpt-4o") == openai
    assert part_tokens(part, "gpt-4o", provider="anthropic") == anthropic
    assert part_tokens(part, "gpt-4o", provider="google") == gemini
