from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.events.codec import decode_payload, encode_event, make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, Message, RelationshipUpdate
from workbench.extraction import extract, extract_events
from workbench.extraction.relationships import MAX_PAIRS, relationships
from workbench.extraction.spans import MENTION_TEXT_CHARS


def message_event(text: str) -> tuple[Event, Message]:
    message = Message(role="user", text=text)
    event = make_event(
        "message.added",
        message,
        event_id=event_id_of("test", text.encode()),
        occurred_at=datetime(2026, 1, 31, 12, tzinfo=UTC),
        conversation_id="c1",
        session_id="s1",
        user_id="u1",
        tenant_id="t1",
    )
    return event, message


def typed(text: str) -> list[tuple[str, str, str]]:
    return [
        (one.relationship_type, one.source.name, one.target.name)
        for one in relationships(text, extract(text))
        if one.relationship_type != "CO_OCCURS_WITH"
    ]


def test_words_between_two_neighbours_type_their_relationship() -> None:
    assert typed("FastAPI uses Pydantic.") == [("USES", "FastAPI", "Pydantic")]
    assert typed("Airflow depends on PostgreSQL") == [("DEPENDS_ON", "Apache Airflow", "PostgreSQL")]
    assert typed("Polars is much faster than pandas") == [("COMPARED_WITH", "Polars", "pandas")]
    assert typed("Redis 7.2 is out") == [("HAS_VERSION", "Redis", "Redis 7.2")]


def test_a_sentence_end_between_two_entities_gives_no_typed_relationship() -> None:
    assert typed("I like FastAPI. Uses of Pydantic abound") == []


def test_co_occurring_pairs_are_bounded() -> None:
    names = " ".join(f"u{n}@example.com" for n in range(100))
    assert len(relationships(names, extract(names))) == MAX_PAIRS


def test_derived_events_carry_the_message_and_its_span() -> None:
    event, message = message_event("in fact kafka uses Neo4j")
    entities = [decode_payload(one) for one in extract_events(event, message) if one.event_type == "entity.created"]
    assert [one.name for one in entities if isinstance(one, EntityUpdate)] == ["Apache Kafka", "Neo4j"]
    first = entities[0]
    assert isinstance(first, EntityUpdate)
    assert first.mention is not None
    assert (first.mention.message_id, first.mention.start, first.mention.end) == (event.event_id, 8, 13)
    assert first.mention.text == "kafka"
    links = [decode_payload(one) for one in extract_events(event, message) if one.event_type == "relationship.created"]
    assert {one.relationship_type for one in links if isinstance(one, RelationshipUpdate)} == {"USES", "CO_OCCURS_WITH"}
    for one in extract_events(event, message):
        assert (one.tenant_id, one.conversation_id, one.session_id, one.user_id) == ("t1", "c1", "s1", "u1")
        assert one.occurred_at == event.occurred_at


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet=st.sampled_from("Kafka uses Redis @a.b/\n`1$"), max_size=120))
def test_a_repeated_extraction_gives_the_same_bytes_and_distinct_ids(text: str) -> None:
    event, message = message_event(text)
    once, again = extract_events(event, message), extract_events(event, message)
    assert [encode_event(one) for one in once] == [encode_event(one) for one in again]
    assert len({one.event_id for one in once}) == len(once)


def test_a_code_block_of_megabytes_travels_as_its_first_characters() -> None:
    event, message = message_event("```python\n" + "x = 1\n" * 200_000 + "```")
    payload = decode_payload(extract_events(event, message)[0])
    assert isinstance(payload, EntityUpdate)
    assert payload.mention is not None
    assert len(payload.mention.text) == MENTION_TEXT_CHARS
    assert payload.mention.end == len(message.text)
