"""The language model's method against a real HTTP server that answers like a provider."""

import json
from collections.abc import Iterator

import pytest

from tests.integration.openai_server import Upstream, openai_server
from workbench.errors import ProviderError
from workbench.extraction import entity_id_of
from workbench.extraction.llm import Endpoint, LLMExtractor

TEXT = "We run Zorblatt 😀 with kafka; ask bob@example.com, good Go."


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    with openai_server() as started:
        yield started


def asked(upstream: Upstream, *answers: str | int, timeout_s: float = 5.0) -> tuple[LLMExtractor, list[float]]:
    upstream.answers["marker"] = list(answers)
    pauses: list[float] = []
    endpoint = Endpoint(upstream.address, "marker", key="secret-key", timeout_s=timeout_s)
    return LLMExtractor(endpoint, pause=pauses.append), pauses


def listing(*pairs: tuple[str, str]) -> str:
    return json.dumps({"entities": [{"text": text, "type": kind} for text, kind in pairs]})


def test_only_spans_that_stand_in_the_text_as_whole_words_are_kept(upstream: Upstream) -> None:
    extractor, _ = asked(
        upstream,
        listing(
            ("Zorblatt", "product"),
            ("kafka", "library"),
            ("Go", "language"),
            ("Redis", "database"),  # not in the text
            ("goo", "name"),  # within a word
            ("bob", "person"),  # part of an address that the rules keep
        ),
    )
    found = extractor.extract(TEXT)
    assert [(one.entity_type, TEXT[one.start : one.end]) for one in found] == [
        ("product", "Zorblatt"),
        ("technology", "kafka"),  # the list knows better what it is
        ("email", "bob@example.com"),
        ("language", "Go"),
    ]
    assert found[1].entity_id == entity_id_of("technology", "Apache Kafka")
    body = json.loads(upstream.bodies[0])
    assert body["temperature"] == 0
    assert body["messages"][1]["content"] == TEXT
    assert upstream.headers[0]["authorization"] == "Bearer secret-key"
    extractor.close()


def test_an_unknown_type_is_a_name_and_a_fence_around_the_json_is_taken_off(upstream: Upstream) -> None:
    extractor, _ = asked(upstream, f"```json\n{listing(('Zorblatt', 'spaceship'))}\n```")
    assert [one.entity_type for one in extractor.extract("the Zorblatt")] == ["name"]


def test_a_busy_provider_and_nonsense_are_asked_again_a_bounded_number_of_times(upstream: Upstream) -> None:
    extractor, pauses = asked(upstream, 503, "no json at all", listing(("Zorblatt", "product")))
    assert [one.name for one in extractor.extract("a Zorblatt")] == ["Zorblatt"]
    assert pauses == [3.0, 1.0]  # what Retry-After asked for, then twice the first pause of half a second
    extractor, pauses = asked(upstream, 503, 503, 503, listing(("Zorblatt", "product")))
    with pytest.raises(ProviderError, match="answered 503"):
        extractor.extract("a Zorblatt")
    assert len(pauses) == 2


def test_a_wrong_key_is_not_asked_again_and_never_shown(upstream: Upstream) -> None:
    extractor, pauses = asked(upstream, 401)
    with pytest.raises(ProviderError, match="answered 401; check the address, the key") as caught:
        extractor.extract("a Zorblatt")
    assert pauses == []
    assert "secret-key" not in f"{caught.value} {extractor!r}"


def test_a_provider_that_hangs_or_is_gone_is_given_up(upstream: Upstream) -> None:
    hanging = LLMExtractor(Endpoint(upstream.address, "hang", timeout_s=0.2, attempts=2), pause=lambda _: None)
    with pytest.raises(ProviderError, match="did not answer"):
        hanging.extract("a Zorblatt")
    assert len(upstream.bodies) == 2
    gone = LLMExtractor(Endpoint("http://127.0.0.1:9/v1", "any", attempts=1))
    with pytest.raises(ProviderError, match="is it running"):
        gone.extract("a Zorblatt")


def test_a_long_text_is_asked_about_in_pieces_and_offsets_are_the_whole_texts(upstream: Upstream) -> None:
    sentence = "Nothing to see here at all. "
    text = sentence * 300 + "But Zorblatt is." + "\ud800"
    extractor, _ = asked(upstream, listing(), listing(("Zorblatt", "product")))
    (found,) = (one for one in extractor.extract(text) if one.method == "language model")
    assert text[found.start : found.end] == "Zorblatt"
    assert len(upstream.bodies) == 2
    assert extractor.extract("") == []
    assert len(upstream.bodies) == 2
