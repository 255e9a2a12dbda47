"""What the graph keeps, what it refuses, and a server that is frozen or gone."""

import time
from collections.abc import Iterator

import msgspec
import pytest
from msgspec.structs import replace
from pydantic import SecretStr

from tests.integration.graph_batches import (
    NOON,
    TALK,
    batch,
    claimed,
    deliveries,
    entity,
    link,
    message,
    message_id,
    rows,
    span,
)
from tests.stack_faults import Servers
from workbench.errors import StoreError, StoreRefusedError, StoreUnavailableError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import EntityUpdate, Message
from workbench.events.tally import Tally
from workbench.extraction import extract_events
from workbench.graph import constraints
from workbench.graph.driver import ping
from workbench.graph.ledger import GraphLedger
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.neo4j


@pytest.fixture
def sink(fresh: Settings) -> Iterator[GraphSink]:
    constraints.apply(fresh)
    sink = graph_sink(fresh)
    yield sink
    sink.close()


@pytest.fixture
def ledger(fresh: Settings) -> Iterator[GraphLedger]:
    with GraphLedger(fresh) as found:
        yield found


def test_what_extraction_finds_in_a_message_is_the_conversations_entity_graph(fresh: Settings, sink: GraphSink) -> None:
    said = message("m", text="FastAPI uses Pydantic", provider="openai", model="gpt-4o")
    payload = decode_payload(said)
    assert isinstance(payload, Message)
    sink.write(Batch(deliveries([said, *extract_events(said, payload)])))
    named = "MATCH (:Conversation {conversation_id: 'c'})<-[:IN_CONVERSATION]-(m)<-[r:MENTIONED_IN]-(e:Technology)"
    asked = f"{named} RETURN e.name, r.text, substring(m.excerpt, r.start, r.end - r.start) ORDER BY r.start"
    assert rows(fresh, asked) == [("FastAPI",) * 3, ("Pydantic",) * 3]
    assert rows(fresh, "MATCH (a)-[:USES]->(b) RETURN a.name, b.name") == [("FastAPI", "Pydantic")]
    served = "MATCH (:Message)-[:GENERATED_BY]->(m:Model)-[:SERVED_BY]->(p:Provider) RETURN m.name, p.provider_id"
    assert rows(fresh, served) == [("gpt-4o", "openai")]


def test_two_tenants_with_one_conversation_id_stay_two(fresh: Settings, sink: GraphSink) -> None:
    sink.write(Batch(deliveries([message("a"), message("b", tenant="other")])))
    assert rows(fresh, "MATCH (c:Conversation {conversation_id: 'c'}) RETURN count(c)") == [(2,)]


def test_a_wrong_password_names_the_setting_and_is_not_worth_another_try(fresh: Settings) -> None:
    neo4j = fresh.neo4j.model_copy(update={"password": SecretStr("wrong-password")})
    with pytest.raises(StoreError, match="BIGDATA_NEO4J_PASSWORD") as raised:
        ping(fresh.model_copy(update={"neo4j": neo4j}))
    assert type(raised.value) is StoreError


def test_an_entity_that_comes_before_its_message_meets_it_later(fresh: Settings, sink: GraphSink) -> None:
    sink.write(Batch(deliveries([entity("kafka", mention=span("m", "Kafka", 3))])))
    assert rows(fresh, "MATCH (m:Message) RETURN m.message_id, m.role") == [(message_id("m"), None)]
    sink.write(Batch(deliveries([message("m", text="so Kafka")])))
    asked = (
        "MATCH (e:Entity)-[r:MENTIONED_IN]->(m:Message)-[:IN_CONVERSATION]->(c)"
        " RETURN e.name, r.start, r.end, m.excerpt, c.conversation_id"
    )
    assert rows(fresh, asked) == [("kafka", 3, 8, "so Kafka", "c")]


def changed(event: Event, **fields: object) -> Event:
    return msgspec.structs.replace(event, **fields)


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (changed(message("m"), session_id="s\ud800"), "no form in Neo4j"),
        (changed(message("m"), source_sequence=2**70), "no form in Neo4j"),
        (
            changed(message("m"), conversation_id="c" * 1_001),
            "conversation_id has 1001 characters; the graph takes 1000",
        ),
        (entity("e" * 9_000), "entity_id has 9000 characters"),
        (entity("k", "merged"), "into None"),
        (entity("k", valid_from=NOON.replace(tzinfo=None)), "valid_from"),
    ],
    ids=["surrogate", "integer", "long conversation", "long entity", "merged into none", "zone"],
)
def test_refused_content_writes_nothing_and_the_next_batch_goes_on(
    sink: GraphSink, ledger: GraphLedger, event: Event, complaint: str
) -> None:
    claim = claimed(sink)
    with pytest.raises(StoreRefusedError, match=complaint):
        sink.write(batch([message("good"), event], claim))
    assert (ledger.tallies(), ledger.offsets()) == ({}, {tuple(TALK): 0})
    sink.write(batch([message("good")], claim))
    assert ledger.offsets() == {tuple(TALK): 1}


def test_a_payload_whose_text_has_no_form_in_the_graph_is_refused(sink: GraphSink, ledger: GraphLedger) -> None:
    bad = EntityUpdate(entity_id="k", entity_type="technology", name="\ud800")
    with pytest.raises(StoreRefusedError, match="no form in Neo4j"):
        sink.write(Batch([replace(deliveries([entity("k")])[0], payload=bad)]))
    with pytest.raises(StoreRefusedError, match="without its payload"):
        sink.write(Batch([replace(deliveries([entity("k")])[0], payload=None)]))
    assert ledger.tallies() == {}


def test_hostile_texts_are_kept_as_they_are_and_make_no_labels(fresh: Settings, sink: GraphSink) -> None:
    name = "`) DETACH DELETE n //\x00 😀 \u202e"
    events = [entity("e1", entity_type=name, name=name), link("e1", "e2", kind=name)]
    sink.write(Batch(deliveries(events)))
    asked = (
        "MATCH (e:Entity {entity_id: 'e1'})-[r]->()"
        " RETURN labels(e), e.name, e.entity_type, type(r), r.relationship_type"
    )
    assert rows(fresh, asked) == [(["Entity"], name, name, "RELATED_TO", name)]


def test_a_text_of_5_megabytes_is_counted_and_its_beginning_kept(fresh: Settings, sink: GraphSink) -> None:
    started = time.monotonic()
    sink.write(batch([message("m", text="Käfka " * 833_334)], claimed(sink)))
    assert time.monotonic() - started < 5
    assert rows(fresh, "MATCH (m:Message) RETURN m.text_chars, size(m.excerpt)") == [(5_000_004, 200)]


def test_the_schema_is_applied_again_without_a_change(fresh: Settings) -> None:
    names = constraints.apply(fresh)
    before = rows(fresh, "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name")
    assert constraints.apply(fresh) == names
    assert rows(fresh, "SHOW CONSTRAINTS YIELD name RETURN name ORDER BY name") == before


def test_a_frozen_server_costs_a_probe_no_more_than_its_deadline(fresh: Settings, servers: Servers) -> None:
    with servers.frozen("neo4j"):
        started = time.monotonic()
        with pytest.raises(StoreUnavailableError):
            ping(fresh)
        assert time.monotonic() - started < 10
    assert ping(fresh).startswith("Neo4j 20")


def test_a_server_that_is_gone_is_told_and_its_return_needs_no_new_sink(fresh: Settings, servers: Servers) -> None:
    constraints.apply(fresh)
    brief = fresh.model_copy(update={"neo4j": fresh.neo4j.model_copy(update={"timeout_s": 1.0})})
    sink = graph_sink(brief)
    claim = claimed(sink)
    sink.write(batch([message("before")], claim))
    with servers.gone("neo4j"):
        for attempt in (lambda: sink.write(batch([message("after")], claim, expected=1)), lambda: ping(fresh)):
            with pytest.raises(StoreUnavailableError, match="look at: workbench status"):
                attempt()
    sink.write(batch([message("after")], claim, expected=1))
    sink.close()
    with GraphLedger(fresh) as ledger:
        assert ledger.offsets() == {tuple(TALK): 2}
        assert ledger.tallies() == {"message.added": Tally.of(message(one).event_id for one in ("before", "after"))}
