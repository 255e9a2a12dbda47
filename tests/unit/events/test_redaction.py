import json
import time

import pytest

from workbench.events.redaction import Redactor

MASK = Redactor("mask")

EMAILS = [
    "priya@northwind.example",
    "a.khan+alerts@lumen-clinic.example.org",
    "MARCO_B@TALLOW.CO.UK",
    "jörg.weber@halden.example",
    "o'neil@orbit.example",
]
PHONES = [
    "+49 30 5550 1234",
    "+1 555 123 4567",
    "+1-555-123-4567",
    "+15551234567",
    "+44 20 7946 0958",
    "0049 30 55501234",
    "555-123-4567",
    "555.123.4567",
    "(555) 123-4567",
    "1-800-555-0199",
    "030 5550 1234",
    "+33 1 23 45 67 89",
    "+49 (30) 5550-1234",
]
# Made up, and put together here so that no scanner takes this file for a leak.
KEYS = [
    "sk-" + "proj-" + "a1B2c3D4" * 4,
    "sk-ant-" + "api03-" + "Zz9" * 10,
    "ghp_" + "0aB1cD2eF3" * 3,
    "AKIA" + "ABCDEFGH12345678",
    "AIza" + "Sy" + "a1B2c3D4e5" * 3 + "abc",
    "xoxb-" + "123456789012-abcdefGHIJ",
    "hf_" + "AbCdEfGhIj" * 3,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxIn0." + "c2lnbmF0dXJl",
    "glpat-" + "aBcD1234efGH5678",
    "-----BEGIN " + "PRIVATE KEY-----\nMIIBVQ==\n-----END " + "PRIVATE KEY-----",
]


@pytest.mark.parametrize("secret", EMAILS + PHONES + KEYS)
@pytest.mark.parametrize("frame", ["{}", "Reach me: {}, please.", "({})", "before\n{}\nafter", '"{}"'])
def test_every_planted_value_is_taken_out(secret: str, frame: str) -> None:
    redacted = MASK.text(frame.format(secret))
    core = secret.split("'")[-1] if "'" in secret else secret
    assert core not in redacted
    assert "[" in redacted


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("api_key = 'q8Zr-77abXYZ'", "q8Zr-77abXYZ"),
        ('{"password": "tr0ub4dor&3"}', "tr0ub4dor&3"),
        ("Authorization: Bearer abc123def456ghi789", "abc123def456ghi789"),
        ("postgresql://helix:s3cr3t_pass@db/helix", "s3cr3t_pass"),
        ("you can call me on 5551234567", "5551234567"),
    ],
)
def test_a_value_is_taken_out_because_of_the_words_before_it(text: str, secret: str) -> None:
    assert secret not in MASK.text(text)


@pytest.mark.parametrize(
    "text",
    [
        "lag is 400,000 records after 67 seconds",
        "2026-03-02T09:00:00Z and 2026-03-02 09:00:00",
        "127.0.0.1:9092, 192.168.100.200",
        "a07edb12-6b91-4138-b11e-02421888d699",
        "PostgreSQL 18.6 with pgvector 0.8.6",
        "session.timeout.ms=10000 and max.poll.records is 100",
        "1732455000 is an epoch, 20260302 a date",
        "the token budget is small and the password policy changed",
        "@mention me, and see table a@b",
        "12-3456-78 parts, 10-20-30",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_ordinary_technical_text_stays_as_it_is(text: str) -> None:
    assert MASK.text(text) == text


def test_off_changes_nothing() -> None:
    text = " ".join(EMAILS + PHONES + KEYS)
    assert Redactor("off").text(text) is text
    assert Redactor("off").body(b"\xff a@b.example") == b"\xff a@b.example"


def test_equal_values_have_equal_hashes_only_under_the_same_key() -> None:
    one, other = Redactor("hash", b"k1"), Redactor("hash", b"k2")
    first = one.text("from Priya@Northwind.example")
    assert first == one.text("from priya@northwind.example")
    assert first != other.text("from priya@northwind.example")
    assert first != one.text("from marco@northwind.example")
    assert one.text("call +49 30 5550 1234") == one.text("call +49 (30) 5550-1234")


def test_a_json_body_stays_json_when_a_value_follows_an_escape() -> None:
    body = json.dumps({"messages": [{"content": "hello\npriya@northwind.example\tbye"}], "n": 1}).encode()
    assert json.loads(MASK.body(body)) == {"messages": [{"content": "hello\n[email]\tbye"}], "n": 1}


def test_a_body_with_nothing_to_take_out_keeps_its_bytes() -> None:
    body = b'{ "a" : 1.0,\n "b": "caf\\u00e9" }'
    assert MASK.body(body) == body


def test_events_of_a_stream_are_treated_one_by_one() -> None:
    body = b'data: {"x":"a@b.example"}\n\n: beat\n\ndata: [DONE]\n\n'
    assert MASK.body(body) == b'data: {"x":"[email]"}\n\n: beat\n\ndata: [DONE]\n\n'


def test_bytes_that_are_no_text_lose_the_value_and_nothing_else() -> None:
    assert MASK.body(b"\xff\x00 mail a@b.example \xfe") == b"\xff\x00 mail [email] \xfe"


@pytest.mark.parametrize("unit", ["a", "1", "+", "a@", "1 ", "(", "key=", "-----BEGIN ", "sk-", "555-", "://a:", "a."])
def test_five_megabytes_of_one_thing_take_linear_time(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    MASK.text(text)
    started = time.perf_counter()
    MASK.text(text * 5)
    assert time.perf_counter() - started < 5  # a quadratic pattern needs minutes
