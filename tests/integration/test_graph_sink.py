"""The graph takes every event once: fencing, repeats, any order, two writers at a time, a rebuild."""

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from tests.integration.graph_batches import (
    NOON,
    TALK,
    batch,
    claimed,
    deliveries,
    entity,
    known,
    link,
    message,
    rows,
    span,
)
from workbench.errors import FencedError
from workbench.events.envelope import Event
from workbench.events.tally import Tally
from workbench.events.topics import ENTITIES
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Positions, TopicPartition

pytestmark = pytest.mark.neo4j

FACTS = TopicPartition(ENTITIES, 1)


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


def tally(events: Sequence[Event]) -> Tally:
    return Tally.of({one.event_id for one in events})


def test_a_batch_moves_data_and_offset_together(sink: GraphSink, ledger: GraphLedger) -> None:
    talk, fact = message("m"), entity("kafka", mention=span("m"))
    sink.write(batch([talk, fact], claimed(sink)))
    assert ledger.tallies() == {"message.added": tally([talk]), "entity.created": tally([fact])}
    assert list(ledger.stored_ids("entity.created")) == [fact.event_id]
    assert ledger.offsets() == {tuple(TALK): 2}
    assert claimed(sink).next_offset == 2


def test_every_claim_raises_the_epoch_and_an_older_one_writes_nothing(sink: GraphSink, ledger: GraphLedger) -> None:
    frozen = claimed(sink)
    working = claimed(sink)
    assert (frozen.next_offset, working.next_offset, working.epoch) == (0, 0, frozen.epoch + 1)
    with pytest.raises(FencedError, match="another worker owns"):
        sink.write(batch([message("m")], frozen))
    assert (ledger.tallies(), ledger.offsets()) == ({}, {tuple(TALK): 0})
    sink.write(batch([message("m")], working))
    assert ledger.offsets() == {tuple(TALK): 1}


@pytest.mark.parametrize("expected", [0, 2])
def test_a_batch_from_another_offset_than_the_stored_one_writes_nothing(
    sink: GraphSink, ledger: GraphLedger, expected: int
) -> None:
    claim = claimed(sink)
    sink.write(batch([message("first")], claim))
    before = ledger.content_hash()
    with pytest.raises(FencedError):
        sink.write(batch([message("second")], claim, expected=expected))
    assert (ledger.content_hash(), ledger.offsets()) == (before, {tuple(TALK): 1})


def test_one_stale_topic_partition_of_two_holds_back_the_whole_batch(sink: GraphSink, ledger: GraphLedger) -> None:
    claims = sink.claim({TALK: "first", FACTS: "first"})
    claimed(sink, at=FACTS)
    moves = {at: Positions(0, 1, claims[at].epoch) for at in (TALK, FACTS)}
    with pytest.raises(FencedError, match="1 of 2 offsets"):
        sink.write(Batch(deliveries([message("m")]), moves))
    assert (ledger.tallies(), set(ledger.offsets().values())) == ({}, {0})


def test_a_topic_partition_that_nobody_claimed_cannot_be_moved(sink: GraphSink, ledger: GraphLedger) -> None:
    with pytest.raises(FencedError):
        sink.write(Batch(deliveries([message("m")]), {TALK: Positions(0, 1, 1)}))
    assert (ledger.tallies(), ledger.offsets()) == ({}, {})


def test_a_topic_made_anew_starts_at_0_and_its_repeats_change_nothing(sink: GraphSink, ledger: GraphLedger) -> None:
    events = [message("a"), entity("kafka", mention=span("a"))]
    sink.write(batch(events, claimed(sink)))
    before = ledger.content_hash(), ledger.tallies()
    again = claimed(sink, topic_id="second")
    assert again.next_offset == 0
    sink.write(batch(events, again))
    assert (ledger.content_hash(), ledger.tallies()) == before
    assert claimed(sink, topic_id="second").next_offset == 2


def test_a_batch_without_deliveries_moves_the_offset(sink: GraphSink, ledger: GraphLedger) -> None:
    sink.write(Batch([], {TALK: Positions(0, 5, claimed(sink).epoch)}))
    assert (ledger.tallies(), ledger.offsets()) == ({}, {tuple(TALK): 5})


def story() -> list[Event]:
    """Events that touch one another in every way that the graph knows."""
    hour, day = NOON + timedelta(hours=1), NOON + timedelta(days=1)
    events = [
        *(message(f"m{n}", at_s=n, conversation=f"c{n % 2}", model="gpt-4o", provider="openai") for n in range(4)),
        *(entity("kafka", at_s=n, mention=span(f"m{n}", start=n)) for n in range(4)),
        entity("kafka", at_s=1, mention=span("m1", start=40), name="KAFKA", tag="same time"),
        entity("kafka", "updated", at_s=2, name="Apache Kafka", entity_type="concept", aliases=["AK", "kafka"]),
        entity("kafka", "updated", at_s=2, name="Kafka 4", valid_from=NOON, mention=span("m2", start=50)),
        entity("kafka", tenant="other", mention=span("m0")),
        entity("redis", at_s=3, mention=span("unseen")),
        entity("redis", "deleted", at_s=9),
        entity("redis", "deleted", at_s=8),
        entity("flink", at_s=1, properties={"stars": 3, "alive": True}),
        entity("flink", "deleted", at_s=2),
        entity("flink", "updated", at_s=5, name="Flink again"),
        entity("apache-kafka", "merged", merged_into="kafka", at_s=5),
        entity("kafka", "merged", merged_into="apache-kafka", at_s=6),
        entity("kafka", "merged", merged_into="kafka", at_s=7),
        *(link("kafka", "redis", at_s=n, evidence=span(f"m{n}", confidence=n / 10)) for n in range(3)),
        link("kafka", "redis", "updated", at_s=1, valid_from=hour, valid_to=day, properties={"why": "a migration"}),
        link("kafka", "redis", "deleted", at_s=7, valid_from=day + timedelta(hours=1)),
        link("kafka", "flink", kind="ADMIRES"),
        link("flink", "spark", "deleted", at_s=4),
        link("kafka", "kafka", at_s=2),
        link("ann", "acme", at_s=1, kind="WORKS_AT"),
        link("ann", "acme", at_s=2, kind="WORKS_AT", relationship_id="seen again"),
        link("ann", "beta", at_s=5, kind="WORKS_AT"),
        link("ann", "beta", "deleted", at_s=8, kind="WORKS_AT"),
        link("ann", "beta", at_s=5, kind="WORKS_AT", tenant="other"),
        link("flink", "spark", kind="SAME_AS", properties={"score": 0.9}),
    ]
    taken_in = random.Random(5).sample(range(len(events)), len(events))  # not in the order of their own times
    return [known(event, 100 + second) for event, second in zip(events, taken_in, strict=True)]


def test_any_order_grouping_and_repetition_gives_the_same_graph(sink: GraphSink, ledger: GraphLedger) -> None:
    events = story()
    assert len({one.event_id for one in events}) == len(events)
    sink.write(Batch(deliveries(events)))
    once = ledger.content_hash(), ledger.tallies()
    assert once[1]["entity.created"] == tally([one for one in events if one.event_type == "entity.created"])
    for seed in range(4):
        chance = random.Random(seed)
        left = events + chance.choices(events, k=chance.randrange(20))
        chance.shuffle(left)
        ledger.clear()
        assert ledger.tallies() == {}
        while left:
            size = chance.randint(1, 15)
            part, left = left[:size], left[size:]
            sink.write(Batch(deliveries(part)))
        assert (ledger.content_hash(), ledger.tallies()) == once, f"seed {seed}"


def test_the_hash_tells_graphs_apart_that_differ_in_one_fact(sink: GraphSink, ledger: GraphLedger) -> None:
    def hash_of(events: Sequence[Event]) -> str:
        ledger.clear()
        sink.write(Batch(deliveries(events)))
        return ledger.content_hash()

    base = [message("m"), entity("kafka", mention=span("m")), link("kafka", "redis")]
    others = [
        base[:2],
        [base[0], entity("kafka", mention=span("m", start=1)), base[2]],
        [base[0], base[1], link("redis", "kafka")],
        [message("m", at_s=1), *base[1:]],
    ]
    assert len({hash_of(events) for events in [base, *others]}) == 5


def test_of_two_sinks_with_one_claim_exactly_one_commits(fresh: Settings, sink: GraphSink, ledger: GraphLedger) -> None:
    other, ended = graph_sink(fresh), []

    def commit(by: GraphSink, gate: threading.Barrier, written: Batch) -> None:
        gate.wait()
        try:
            by.write(written)
            ended.append("committed")
        except FencedError:
            ended.append("fenced")

    for turn in range(5):
        gate, written = threading.Barrier(2), batch([message(f"m{turn}")], claimed(sink))
        threads = [threading.Thread(target=commit, args=(by, gate, written)) for by in (sink, other)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    other.close()
    assert sorted(ended) == ["committed"] * 5 + ["fenced"] * 5
    assert ledger.offsets() == {tuple(TALK): 5}


def test_two_writers_of_the_same_events_at_a_time_leave_each_once(fresh: Settings, ledger: GraphLedger) -> None:
    constraints.apply(fresh)
    events = story()
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        own = graph_sink(fresh)
        try:
            order = random.Random(seed).sample(events, len(events))
            for at in range(0, len(order), 6):
                own.write(Batch(deliveries(order[at : at + 6])))
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
    together = ledger.content_hash(), ledger.tallies()
    ledger.clear()
    alone = graph_sink(fresh)
    alone.write(Batch(deliveries(events)))
    alone.close()
    assert together == (ledger.content_hash(), ledger.tallies())


def test_clearing_fences_the_worker_and_leaves_the_schema_and_what_is_not_ours(
    fresh: Settings, sink: GraphSink, ledger: GraphLedger
) -> None:
    schema = "SHOW INDEXES YIELD name RETURN name ORDER BY name"
    claim, before = claimed(sink), rows(fresh, schema)
    sink.write(batch(story(), claim))
    rows(fresh, "CREATE (:Stranger {name: 'kept'})")
    whole = ledger.content_hash()
    ledger.clear()
    assert rows(fresh, "MATCH (n) WHERE NOT n:StreamOffset RETURN labels(n)") == [(["Stranger"],)]
    assert rows(fresh, schema) == before
    with pytest.raises(FencedError):
        sink.write(batch([message("late")], claim, expected=len(story())))
    again = claimed(sink)
    assert again.next_offset == 0
    sink.write(batch(story(), again))
    assert ledger.content_hash() == whole
