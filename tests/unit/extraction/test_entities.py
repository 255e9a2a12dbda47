import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.extraction import entity_id_of, extract
from workbench.extraction.types import TECHNOLOGY_TYPES


def found(text: str) -> list[tuple[str, str]]:
    return [(one.entity_type, one.name) for one in extract(text)]


@pytest.mark.parametrize(
    "text",
    [
        "That is good.",
        "I trust you",
        "the rest of the capital",
        "to prevent it",
        "Let's go!",
        "a rusty spring, an oracle",
    ],
)
def test_a_technology_is_never_found_inside_or_as_an_everyday_word(text: str) -> None:
    assert [one for one in found(text) if one[0] in TECHNOLOGY_TYPES] == []


def test_go_is_a_language_only_where_the_sentence_says_so() -> None:
    assert found("Let us Go to the store. I love Go as a language.") == [("language", "Go")]
    assert extract("I love Go as a language.")[0].confidence == 0.7


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write Bob@Example.com.", [("email", "bob@example.com")]),
        ("ask @alice, not bob@example.com", [("mention", "alice"), ("email", "bob@example.com")]),
        ("(see https://u:pw@Example.com/a_(b)?q=1#part).", [("url", "https://example.com/a_(b)?q=1")]),
        ("it cost $1,250.50", [("money", "USD 1250.5")]),
        ("about 3 million dollars", [("money", "USD 3000000")]),
        ("on 12 March 2024, not 2024-02-31", [("date", "2024-03-12")]),
        ("edit /etc/kafka/server.properties", [("file_path", "/etc/kafka/server.properties")]),
        ("see docker-compose.yml", [("file_path", "docker-compose.yml")]),
        ("and/or, he/she, 1/2", []),
        ("Node.js and C++", [("technology", "Node.js"), ("language", "C++")]),
        ("we run kafka 3.9", [("technology", "Apache Kafka"), ("version", "Apache Kafka 3.9")]),
        ("pi is 3.14, 10.0.0.1 answers", []),
        ("import org.apache.kafka.clients and x_kafka", []),
        ("a Kafka-based, non-Kafka thing", [("technology", "Apache Kafka")] * 2),
        ("```python\nimport kafka\n``` is code", [("code_block", "python"), ("technology", "Apache Kafka")]),
        ("```\nno language, never closed", [("code_block", "unknown")]),
    ],
)
def test_entities_known_by_form_or_list(text: str, expected: list[tuple[str, str]]) -> None:
    if "is code" in text:  # the closing fence must stand alone on its line, so the block runs to the end
        expected = expected[:1]
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my friend Harry Potter lives there", ["Harry Potter"]),
        ("i read Lord of the Rings twice", ["Lord of the Rings"]),
        ("i'm watching Grey's Anatomy now", ["Grey's Anatomy"]),
        ("How are you? Good. Thanks! Im fine", []),
        ("No way, I met Neal there. Neal is funny", ["Neal", "Neal"]),
        ("Neal is funny", []),  # a capital at the start of a sentence is no sign
        ("THIS IS SO COOL, I LOVE IT SO MUCH", []),
        ("What Is Your Favorite Movie Of All Time", []),
        ("we talked on Monday in March", []),
    ],
)
def test_names_by_capitals_skip_everyday_words_and_sentence_starts(text: str, expected: list[str]) -> None:
    assert [one.name for one in extract(text) if one.entity_type in {"name", "person"}] == expected


def test_the_same_name_gives_the_same_id_in_every_text() -> None:
    first, second = extract("we use kafka")[0], extract("Now: Apache Kafka!")[0]
    assert first.entity_id == second.entity_id == entity_id_of("technology", "Apache Kafka")


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("aA .@/:1$`\n'’-Kfk\ud800\x00é#+_"), max_size=80) | st.text(max_size=80))
def test_spans_lie_in_the_text_in_order_without_overlap_and_repeat_exactly(text: str) -> None:
    spans = extract(text)
    assert spans == extract(text)
    end = 0
    for one in spans:
        assert end <= one.start < one.end <= len(text)
        assert 0 < one.confidence <= 1
        end = one.end
