"""Cutting documents."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalogue.tokens import count_tokens
from workbench.context.documents.chunking import chunk
from workbench.context.documents.reading import read_document


def cut(text: str, *, source: str = "a.md", budget_tokens: int = 300) -> list[tuple[tuple[str, ...], str]]:
    return [
        (one.headings, one.text)
        for one in chunk(read_document(text.encode(), source=source), budget_tokens=budget_tokens)
    ]


def test_a_section_is_a_chunk_and_knows_the_headings_above_it() -> None:
    text = "Before.\n\n# One\n\nFirst.\n\n## Inner ##\nSecond.\n\n# Two\n### Deep\nThird.\n"
    assert cut(text) == [
        ((), "Before."),
        (("One",), "# One\n\nFirst."),
        (("One", "Inner"), "## Inner ##\nSecond."),
        (("Two", "Deep"), "# Two\n### Deep\nThird."),
    ]


def test_a_hash_inside_fenced_code_is_no_heading() -> None:
    text = "# One\n```bash\n# not a heading\n```\nText.\n~~~\n# neither\n```\n# nor this\n~~~\n#hashtag\n# Two\nEnd."
    assert [headings for headings, _ in cut(text)] == [("One",), ("Two",)]


def test_plain_text_has_no_headings() -> None:
    assert cut("# One\nText.\n# Two\nText.", source="a.txt") == [((), "# One\nText.\n# Two\nText.")]


def test_a_long_section_is_cut_between_paragraphs_and_code_stays_whole() -> None:
    code = "```\n" + "\n\n".join(f"step_{number} = run()" for number in range(6)) + "\n```"
    text = "# One\n\n" + "The group lags behind. " * 8 + "\n\n" + code + "\n\n" + "It reads on. " * 12
    pieces = [piece for _, piece in cut(text, budget_tokens=70)]
    assert len(pieces) > 1
    assert any(code in piece for piece in pieces)


def test_the_same_text_gives_the_same_chunks_and_an_edit_changes_its_own_section_only() -> None:
    parts = [f"# Part {number}\n\n" + f"Sentence {number} of it. " * 100 for number in range(5)]
    before = cut("\n\n".join(parts))
    assert before == cut("\n\n".join(parts))
    parts[2] = "# Part 2\n\nAnother text."
    after = cut("\n\n".join(parts))
    assert [one for one in before if one[0] != ("Part 2",)] == [one for one in after if one[0] != ("Part 2",)]


lines = st.sampled_from(
    ["# A", "## B b", "text of a line", "", "```", "~~~~", "- item", "    code", "#x", "a. b! c?", "分区。消费者"]
)
texts = st.lists(st.one_of(lines, st.text(max_size=60)), min_size=1, max_size=60).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(texts, st.integers(16, 80), st.sampled_from(["a.md", "a.txt"]))
def test_nothing_is_lost_nothing_is_over_the_budget_and_positions_run_on(text: str, budget: int, source: str) -> None:
    text = text.replace("\x00", "").encode("utf-8", "ignore").decode()
    if not text.strip():
        return
    document = read_document(text.encode(), source=source)
    chunks = chunk(document, budget_tokens=budget)
    assert "".join("".join(one.text for one in chunks).split()) == "".join(document.text.split())
    assert [one.position for one in chunks] == list(range(len(chunks)))
    for one in chunks:
        assert one.text.strip()
        assert one.tokens == count_tokens(one.text) <= budget


@pytest.mark.parametrize(
    "text", ["a" * 1_000_000, "# \n" * 100_000, "```\n" * 100_000, "word " * 200_000, "\n\na" * 100_000]
)
def test_a_megabyte_of_anything_is_cut_in_bearable_time(text: str) -> None:
    started = time.process_time()
    assert cut(text)
    assert time.process_time() - started < 60
