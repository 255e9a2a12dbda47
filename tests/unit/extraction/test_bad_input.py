"""Texts that nobody means well: hostile, huge, empty, of every script. Offsets count code points, as Python does."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.extraction import entity_id_of, extract
from workbench.extraction.relationships import MAX_PAIRS, relationships
from workbench.extraction.taken import MAX_MENTIONS
from workbench.graph.vocabulary import entity_labels, graph_type

KILO = 1_000
NEAR_MATCHES = [
    "a", "@", "a@", "a.", "a/", "1.", "1,", "$1", "http://", "```\n", "```x\n", '"',  # addresses, paths, numbers, code
    "Ab ", "Ab of ", "A and ", "A. ", "A.B. ", "Ab-", "McA", " Ab", "Ab\n", "Ab, and ",  # capitals
    "University of ", "The University of the ", "2019 ",  # telling words
    "Adam ", "Adam A. ", "Dr. ", "Dr. A", "I'm A",  # people
    "Go ", "kafka ", "support vector ", "C ++ ", "table ",  # lists
    "machine-", "neural ", "squared network ", "deep learning ",  # terms
    "AbCd", "abCd ", "ab_", "a()", "ab-service-",  # code
    "(AB) ", "a b (AB) ", "(((", "(A",  # acronyms
    "Kafka 3 ", "Kafka uses Redis and ", "Kafka uses ", "not if ", "replaced Kafka with ",  # relationships
]  # fmt: skip


def seconds(text: str) -> float:
    started = time.process_time()
    found = extract(text)
    assert len(found) <= MAX_MENTIONS
    links = relationships(text, found)
    assert sum(one.relationship_type == "CO_OCCURS_WITH" for one in links) <= MAX_PAIRS
    return time.process_time() - started


@pytest.mark.parametrize("piece", NEAR_MATCHES)
def test_near_matches_cost_in_proportion_to_their_length(piece: str) -> None:
    """Twice the text takes twice the time; quadratic cost would be four times. Small times are noise."""
    half, whole = (piece * (size * KILO // len(piece)) for size in (50, 100))
    extract("lists are read at first use")
    for _ in range(3):  # a busy machine may spoil one measurement, not three
        short, long = seconds(half), seconds(whole)
        if long < max(3.0 * short, 0.2):
            return
    pytest.fail(f"{piece!r}: 50 kB in {short:.2f} s, 100 kB in {long:.2f} s")


@pytest.mark.parametrize("size", [1_000_000])
def test_a_text_of_a_megabyte_gives_bounded_spans_and_links(size: int) -> None:
    text = ("Priya Raman uses Kafka 3.9 at Halden Bank; see https://example.com/x. " * (size // 60))[:size]
    found = extract(text)
    assert len(found) == MAX_MENTIONS
    assert len(relationships(text, found)) < 100


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\x00", "\ufeff", "\u200b", ".", "()", "\ud800", "\udfff\ud800", "```"]
)
def test_nothing_is_found_in_nothing(text: str) -> None:
    assert [one for one in extract(text) if one.entity_type != "code_block"] == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("😀😀 we use Kafka 😀", ["Kafka"]),
        ("👩‍👩‍👧‍👦 Kafka", ["Kafka"]),
        ("مرحبا Kafka و Redis", ["Kafka", "Redis"]),
        ("אנחנו משתמשים ב Kafka", ["Kafka"]),
        ("\u202eRedis\u202c and Kafka", ["Redis", "Kafka"]),
        ("e\u0301 Kafka 日本語 Redis。", ["Kafka", "Redis"]),
        ("𝔘𝔫𝔦 Kafka 𐍈", ["Kafka"]),
    ],
)
def test_offsets_count_code_points_in_every_script(text: str, written: list[str]) -> None:
    technical = [one for one in extract(text) if one.method == "gazetteer"]
    assert [text[one.start : one.end] for one in technical] == written


PLANES = "".join(chr(plane * 0x10000 + 0x1234) for plane in range(17))


def test_names_of_every_unicode_plane_have_an_id_that_is_ascii_and_their_own() -> None:
    ids = {entity_id_of("name", letter) for letter in PLANES}
    assert len(ids) == 17
    assert all(one.isascii() and len(one) < 80 for one in ids)
    assert entity_id_of("name", PLANES) == entity_id_of("name", PLANES)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_type_and_name_have_an_id_and_unknown_types_no_label(entity_type: str, name: str) -> None:
    assert entity_id_of(entity_type, name) == entity_id_of(entity_type, name)
    assert entity_id_of(entity_type, name).startswith(f"{entity_type}:")
    assert all(label.isidentifier() for label in entity_labels(entity_type))
    assert graph_type(name).isidentifier()


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(categories=("L", "N", "P", "S", "Z", "M", "C")), max_size=150))
def test_spans_of_any_text_lie_within_it_in_order(text: str) -> None:
    end = 0
    found = extract(text)
    for one in found:
        assert end <= one.start < one.end <= len(text)
        end = one.end
    for link in relationships(text, found):
        assert 0 <= link.start < link.end <= len(text)
