"""Text becomes terms, whatever the text is."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.retrieval.terms import ANALYSED_CHARS, STOP_WORDS, TERM_CHARS, analyse


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("When did Melanie's kids go camping?", ["melani", "kid", "go", "camp"]),
        ("running runs ran", ["run", "run", "ran"]),
        ("I don't know", ["know"]),
        ("getUserName", ["getusernam", "user", "name"]),
        ("max_poll_records", ["max_poll_record", "max", "poll", "record"]),
        ("HTTPServer", ["httpserver", "http", "server"]),
        ("1,000 rows, 3.14 and 10:30 on 2024-05-07", ["1000", "row", "3.14", "10:30", "2024-05-07"]),
        ("utf-8 v2.1.0", ["utf8", "utf", "8", "v2.1.0"]),
        ("Café naïve", ["cafe", "naiv"]),
        ("ΑΘΗΝΑ Straße", ["αθηνα", "strass"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("東京へ", ["東京", "京へ"]),
        ("'; DROP TABLE turns; -- {0} %s %(x)s", ["drop", "tabl", "turn", "0", "s", "x", "s"]),
        ("", []),
        (" \x00\n\t--- !!! 😀", []),
    ],
)
def test_a_text_gives_its_terms(text: str, terms: list[str]) -> None:
    assert analyse(text) == terms


def test_stop_words_can_be_kept() -> None:
    assert analyse("When did they go", stop=False) == ["when", "did", "they", "go"]


@given(st.text())
def test_any_text_gives_terms_of_bounded_length_and_no_stop_words(text: str) -> None:
    terms = analyse(text)
    assert all(1 <= len(term) <= TERM_CHARS for term in terms)
    assert analyse(text) == terms
    assert STOP_WORDS.isdisjoint(analyse(" ".join(["the", "was"] * 20)))


@pytest.mark.parametrize("piece", ["a", "-", "a-", "1,", "_", "'a", "aB", "東"])
def test_both_ends_of_a_text_of_megabytes_are_read_and_the_middle_is_not(piece: str) -> None:
    terms = analyse("zebra " + piece * 400_000 + " penguin " + piece * 400_000 + " giraffe")
    assert terms[0] == "zebra"
    assert terms[-1] == "giraff"
    assert "penguin" not in terms
    assert len(terms) <= ANALYSED_CHARS


def test_threads_get_the_same_terms() -> None:
    texts = [f"Words number {number} are stemming and running in getUserName{number}" for number in range(200)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(analyse, texts)) == [analyse(text) for text in texts]
