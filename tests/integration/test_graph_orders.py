"""One set of a few hundred mixed events, delivered in every way: the same graph, down to what was believed when."""

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from tests.integration.graph_batches import NOON, deliveries, entity, known, link, message, rows, span
from workbench.events.envelope import Event
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.neo4j

ENTITIES = [f"e{n}" for n in range(12)]
KINDS = ("USES", "WORKS_AT", "LIVES_IN", "SAME_AS", "ADMIRES")
VERBS = ("created", "created", "updated", "deleted")


def mixed_events(seed: int, count: int = 300) -> list[Event]:
    """Events of all types about few things, so that they contradict, repeat and delete one another.

    They are taken in in another order than that of their own times: some come late, some about the past.
    """
    chance = random.Random(seed)
    found: dict[str, Event] = {}
    while len(found) < count:
        tenant, at_s = chance.choice(("t1", "t1", "t2")), chance.randrange(60)
        one, other = chance.choice(ENTITIES), chance.choice(ENTITIES)
        since = chance.choice((None, NOON + timedelta(seconds=chance.randrange(-60, 60))))
        begins = since or NOON + timedelta(seconds=at_s)
        verb = chance.choice(VERBS)
        ends = chance.choice((None, None, begins + timedelta(seconds=chance.randrange(1, 30))))
        until = None if verb == "deleted" else ends
        kind = chance.choice(("message", "mention", "mention", "describe", "link", "link", "link", "merge"))
        if kind == "message":
            name = f"{tenant} m{chance.randrange(30)}"
            event = message(name, at_s=len(name) + time_of(name), tenant=tenant, conversation=f"c{at_s % 3}", model="m")
        elif kind == "mention":
            shown = span(f"{tenant} m{chance.randrange(30)}", start=chance.randrange(50))
            mentioned = "updated" if chance.random() < 0.2 else "created"
            more = {"aliases": ["also"]} if chance.random() < 0.1 else {}
            more |= {"valid_from": since, "tenant": tenant, "name": f"{one} {at_s}"}
            event = entity(one, mentioned, at_s=at_s, mention=shown, **more)
        elif kind == "describe":
            more = {"valid_from": since, "valid_to": until, "tenant": tenant, "name": f"{one} {at_s}"}
            types = chance.choice(("concept", "technology", "person"))
            event = entity(one, verb, at_s=at_s, entity_type=types, aliases=[f"a{at_s % 4}"], **more)
        elif kind == "merge":
            event = entity(one, "merged", at_s=at_s, tenant=tenant, merged_into=other, valid_from=since, valid_to=ends)
        else:
            more = {"valid_from": since, "valid_to": until, "tenant": tenant, "properties": {"n": at_s}}
            event = link(one, other, verb, at_s=at_s, kind=chance.choice(KINDS), **more)
        found[event.event_id] = event
    events = list(found.values())
    taken_in = chance.sample(range(count), count)
    return [known(event, 100 + second) for event, second in zip(events, taken_in, strict=True)]


def time_of(name: str) -> int:
    """A number that follows from a name in every process: a message has one time."""
    return sum(name.encode()) % 60


@pytest.fixture
def sink(fresh: Settings) -> Iterator[GraphSink]:
    constraints.apply(fresh)
    sink = graph_sink(fresh)
    yield sink
    sink.close()


def parts(events: Sequence[Event], chance: random.Random, most: int) -> Iterator[Sequence[Event]]:
    """The events in another order, some repeated, in batches of 1 to `most`."""
    left = [*events, *chance.choices(events, k=len(events) // 5)]
    chance.shuffle(left)
    while left:
        size = chance.randint(1, most)
        yield left[:size]
        left = left[size:]


def test_the_set_of_events_decides_about_the_whole_graph(fresh: Settings, sink: GraphSink) -> None:
    events = mixed_events(seed=11)
    assert {one.event_type for one in events} == {
        "message.added",
        *(f"entity.{verb}" for verb in ("created", "updated", "deleted", "merged")),
        *(f"relationship.{verb}" for verb in ("created", "updated", "deleted")),
    }
    with GraphLedger(fresh) as ledger:
        sink.write(Batch(deliveries(events)))
        whole = ledger.content_hash(), ledger.tallies()
        circles = "MATCH (a:Entity)-[:MERGED_INTO]->(b:Entity)-[:MERGED_INTO]->(a) WHERE a <> b RETURN count(*) > 0"
        assert rows(fresh, circles) == [(True,)]
        assert sum(one.count for one in whole[1].values()) == len(events)
        for most, seed in ((30, 1), (20, 2), (20, 3), (100, 4), (1_000, 5)):
            ledger.clear()
            for part in parts(events, random.Random(seed), most):
                sink.write(Batch(deliveries(part)))
            assert (ledger.content_hash(), ledger.tallies()) == whole, f"batches of {most}, seed {seed}"
        ledger.clear()
        in_order = sorted(events, key=lambda one: str(one.ingested_at))
        for at in range(0, len(in_order), 40):
            sink.write(Batch(deliveries(in_order[at : at + 40])))
        assert (ledger.content_hash(), ledger.tallies()) == whole, "in the order in which they were taken in"


def test_two_writers_at_a_time_end_with_the_same_graph(fresh: Settings, sink: GraphSink) -> None:
    events = mixed_events(seed=12)
    failures: list[BaseException] = []

    def work(own: GraphSink, seed: int) -> None:
        try:
            for part in parts(events, random.Random(seed), 40):
                own.write(Batch(deliveries(part)))
        except BaseException as error:  # noqa: BLE001 - a thread's failure is the test's
            failures.append(error)

    with GraphLedger(fresh) as ledger:
        sink.write(Batch(deliveries(events)))
        whole = ledger.content_hash(), ledger.tallies()
        ledger.clear()
        sinks = [graph_sink(fresh) for _ in range(2)]
        threads = [threading.Thread(target=work, args=(own, seed)) for seed, own in enumerate(sinks)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        for own in sinks:
            own.close()
        assert failures == []
        assert (ledger.content_hash(), ledger.tallies()) == whole
