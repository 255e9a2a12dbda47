"""What must not be lost of a text, found sentence by sentence."""

import pytest

from workbench.context.compression import Quality, items_of, quality_of
from workbench.context.compression.pieces import pieces_of


def names(text: str, kind: str) -> set[str]:
    return {name for found, name in items_of(text) if found == kind}


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Port 9092, 3.5% and $20; two of 1,000.", "numbers", {"9092", "3.5%", "$20", "two", "1,000"}),
        ("It was on 2026-01-31.", "numbers", set()),
        ("We met yesterday, last week and on March 3rd, 2024.", "dates", {"yesterday", "last week", "march 3rd, 2024"}),
        ("They may come in May 2023.", "dates", {"may 2023"}),
        ("I don't like it, and never will.", "negations", {"not like", "not will"}),
        ("We have nothing to add.", "negations", {"not add"}),
        (
            "Call `flush()` in kafka_client.py, use maxPollRecords.",
            "code",
            {"flush", "kafka_client.py", "maxPollRecords"},
        ),
        ("I am done.Then we left.", "code", set()),
        ("Marie Curie likes Paris.", "entities", {"marie curie", "paris"}),
    ],
)
def test_each_kind_is_found(text: str, kind: str, expected: set[str]) -> None:
    assert names(text, kind) == expected


def test_quality_is_measured_on_the_kept_text() -> None:
    said = items_of("Marie Curie has 3 cats.") | items_of("We do not like Redis at all.")
    kept = quality_of(said, "Marie Curie has 3 cats.")
    # entities: Marie Curie of Marie Curie and Redis; numbers: 3 of 3; negations: none of one
    assert kept == Quality(entities=0.5, numbers=1.0, negations=0.0)
    assert kept.score == 0.5


def test_a_name_within_a_longer_word_is_not_kept() -> None:
    assert quality_of([("entities", "redis")], "We redistribute it.").entities == 0.0


def test_code_is_cut_by_lines_and_prose_by_sentences() -> None:
    text = "Look here. It fails!\n```python\nx = 1. + y\nprint(x)\n```\nThat is all"
    assert pieces_of(text) == ["Look here.", "It fails!", "x = 1. + y", "print(x)", "That is all"]


def test_a_long_sentence_is_cut_between_words() -> None:
    pieces = pieces_of("word " * 400)
    assert max(map(len, pieces)) <= 400
    assert " ".join(pieces).split() == ["word"] * 400
