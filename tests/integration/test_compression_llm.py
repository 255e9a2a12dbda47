"""Summaries by a real HTTP server: used when they fit, replaced by chosen sentences when anything is wrong."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.openai_server import Upstream, openai_server
from workbench.catalogue.tokens import count_tokens
from workbench.context.compression import Compressed, Summariser, summarise
from workbench.context.turns import Turn

TALK = [
    Turn(
        number,
        "user",
        f"Note {number}: machine M{number} is not on port {9000 + number} any more.",
        15,
        None,
        f"id{number}",
    )
    for number in range(1, 41)
]


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with openai_server() as running:
        yield running


def summary(upstream: Upstream, model: str, *, budget: int = 150, timeout_s: float = 10.0) -> Compressed:
    where = Summariser(upstream.address, model, key="not-to-be-seen", timeout_s=timeout_s)
    return summarise(TALK, budget_tokens=budget, summariser=where)


def test_a_summary_that_fits_is_used_and_its_citations_are_read(upstream: Upstream) -> None:
    upstream.answers["good"] = ["Machine M3 is not on port 9003 any more #3. M7 left, too #7 #99."]
    found = summary(upstream, "good")
    assert (found.method, found.fallback) == ("abstractive", "")
    assert found.turn_ids == ("id3", "id7")
    assert found.token_count == count_tokens(found.text) + 4 <= 150
    # two of 40 machines are named; the port 9003 is one of 80 numbers (1 to 40 and 9001 to 9040)
    assert found.quality.numbers == 1 / 80
    sent = json.loads(upstream.bodies[-1])
    assert sent["max_tokens"] == 146
    assert "#40 user: Note 40" in sent["messages"][1]["content"]
    assert "not-to-be-seen" not in repr(Summariser("http://x", "m", key="not-to-be-seen"))


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("broken", "summariser answered 500"),
        ("rate-limited", "summariser answered 429"),
        ("not-json", "no chat completion"),
        ("hang", "did not answer within 0.3 s"),
        ("long", "the budget is 150"),
        ("silent", "gave an empty summary"),
    ],
)
def test_a_summary_that_fails_gives_chosen_sentences_and_the_reason(
    upstream: Upstream, model: str, reason: str
) -> None:
    upstream.answers["long"] = ["far too much " * 400]
    upstream.answers["silent"] = ["   "]
    found = summary(upstream, model, timeout_s=0.3 if model == "hang" else 10.0)
    assert found.method == "extractive_fallback"
    assert reason in found.fallback
    assert found.token_count <= 150
    assert "#1 user: Note 1" in found.text or "#40 user" in found.text


def test_nobody_is_asked_when_everything_fits(upstream: Upstream) -> None:
    asked = len(upstream.bodies)
    assert summary(upstream, "good", budget=100_000).method == "verbatim"
    assert len(upstream.bodies) == asked
