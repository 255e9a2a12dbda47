"""How slow reads of the graph become while a sink writes as fast as it can.

A graph of conversations is filled. Then a fixed mix of reads goes round: a conversation's entity graph, a neighbourhood
of two steps, a search, an entity as of a moment, its timeline, its dossier, what is named together with it, and what is
new. First on the idle server, then while another process writes batches of new conversations that name the same
entities, then idle again on what has grown by then. p95 over all reads of the mix under ingest is held against the mean
of the idle ones.
"""

import multiprocessing
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing.synchronize import Event as Flag

from benchmarks.figures import Figure
from workbench.events.codec import decode_payload, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, Mention, Message, RelationshipUpdate
from workbench.events.topics import ENTITIES
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.graph.reading.conversation import entity_graph
from workbench.graph.reading.dossier import dossier
from workbench.graph.reading.history import as_of, timeline
from workbench.graph.reading.neighbourhood import neighbourhood
from workbench.graph.reading.ranking import co_occurring, new_entities
from workbench.graph.reading.reader import GraphReader
from workbench.graph.reading.search import search_entities
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, TopicPartition

KEYS = 5_000
"""Entities that conversations speak of, by a Zipf law."""

MESSAGES = 10
"""Messages of a conversation, each with three entities and a link between neighbours."""

BATCH = 2_000  # events: what the worker loop takes a commit
AT = TopicPartition(ENTITIES, 0)
START = datetime(2026, 1, 1, tzinfo=UTC)
WEIGHTS = [1 / rank for rank in range(1, KEYS + 1)]

Read = Callable[[], object]


def _entity_id(rank: int) -> str:
    return f"technology:technology-{rank}:{rank:016x}"


def _event(event_type: str, payload: object, identity: str, at: datetime, conversation: str) -> Event:
    made = make_event(
        event_type,
        payload,  # type: ignore[arg-type]
        event_id=event_id_of("bench", identity.encode()),
        occurred_at=at,
        conversation_id=conversation,
        session_id=conversation,
        user_id="u",
    )
    return stamped(made, at)


def conversation(number: int) -> Iterator[Event]:
    """The events of one conversation, the same for the same number."""
    chance, name = random.Random(number), f"c{number}"
    for turn in range(MESSAGES):
        at = START + timedelta(seconds=number * 60 + turn)
        model = {"provider": "p", "model": f"m{number % 3}"} if turn % 2 else {}
        said = _event(
            "message.added", Message(role="assistant" if turn % 2 else "user", text="text", **model), f"{name} {turn}",
            at, name,
        )  # fmt: skip
        yield said
        ranks = chance.choices(range(KEYS), WEIGHTS, k=3)
        for place, rank in enumerate(ranks):
            shown = Mention(
                message_id=said.event_id, start=place * 20, end=place * 20 + 15, text="Technology", confidence=0.9,
                method="bench",
            )  # fmt: skip
            update = EntityUpdate(
                entity_id=_entity_id(rank), entity_type="technology", name=f"Technology {rank}", mention=shown
            )
            yield _event("entity.created", update, f"{name} {turn} {place}", at, name)
            other = ranks[place - 1]
            if other != rank:
                link = RelationshipUpdate(
                    relationship_id=f"{name} {turn} {place}",
                    relationship_type=("USES", "CO_OCCURS_WITH", "DEPENDS_ON")[place],
                    from_entity_id=_entity_id(other),
                    to_entity_id=_entity_id(rank),
                    evidence=shown,
                )
                yield _event("relationship.created", link, f"{name} {turn} {place} link", at, name)


def batches(first: int) -> Iterator[Batch]:
    """Batches of the conversations from a number on, without end."""
    waiting: list[Delivery] = []
    number = first
    while True:
        waiting += [Delivery(one, decode_payload(one), AT, 0, b"") for one in conversation(number)]
        number += 1
        while len(waiting) >= BATCH:
            yield Batch(waiting[:BATCH])
            waiting = waiting[BATCH:]


def ingest(settings: Settings, first: int, begun: Flag, stop: Flag, written: "multiprocessing.Queue[float]") -> None:
    """Write until told to stop; then tell how many events a second it were."""
    sink, events, started = graph_sink(settings), 0, time.perf_counter()
    for batch in batches(first):
        sink.write(batch)
        events += BATCH
        begun.set()
        if stop.is_set():
            break
    written.put(events / (time.perf_counter() - started))
    sink.close()


def mix(reader: GraphReader, conversations: int) -> Iterator[tuple[str, Read]]:
    """Reads without end, in turn, of entities of the upper middle: neither the most nor the least named."""
    chance = random.Random(11)
    while True:
        entity, number = _entity_id(chance.randrange(20, 500)), chance.randrange(conversations)
        at = START + timedelta(minutes=number)
        yield "conversation graph", partial(entity_graph, reader, f"c{number}", min_confidence=0.5)
        yield "neighbourhood of 2 steps", partial(neighbourhood, reader, entity, depth=2, limit=100)
        yield "search", partial(search_entities, reader, f"technology {chance.randrange(KEYS)}")
        yield "as of", partial(as_of, reader, entity, valid_at=at)
        yield "timeline", partial(timeline, reader, entity)
        yield "dossier", partial(dossier, reader, entity)
        yield "named together", partial(co_occurring, reader, entity)
        yield "new", partial(new_entities, reader, since=at, until=at + timedelta(minutes=10))


def measured(reads: Iterator[tuple[str, Read]], seconds: float) -> dict[str, list[float]]:
    """Milliseconds by kind of read."""
    found: dict[str, list[float]] = {}
    until = time.perf_counter() + seconds
    for name, read in reads:
        started = time.perf_counter()
        read()
        found.setdefault(name, []).append(1_000 * (time.perf_counter() - started))
        if started > until:
            return found
    raise AssertionError("the mix has no end")


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def run(settings: Settings, *, large: bool) -> list[Figure]:
    conversations, seconds = (5_000, 60.0) if large else (1_000, 20.0)
    constraints.apply(settings)
    with GraphLedger(settings) as ledger, GraphReader(settings) as reader:
        ledger.clear()
        sink, fill = graph_sink(settings), batches(0)
        for _ in range(conversations * MESSAGES * 7 // BATCH):
            sink.write(next(fill))
        sink.close()
        measured(mix(reader, conversations), seconds / 2)  # plans are made, caches warm
        before = measured(mix(reader, conversations), seconds)
        context = multiprocessing.get_context("spawn")
        begun, stop, written = context.Event(), context.Event(), context.Queue()
        writer = context.Process(target=ingest, args=(settings, conversations + 1, begun, stop, written))
        writer.start()
        try:
            assert begun.wait(60), "the sink did not begin"
            during = measured(mix(reader, conversations), seconds)
        finally:
            stop.set()
        rate = written.get(timeout=60)
        writer.join(60)
        after = measured(mix(reader, conversations), seconds)
        ledger.clear()
    figures = []
    for name in ("all", *during):
        idle = [p95(_of(name, times)) for times in (before, after)]
        times = _of(name, during)
        figures.append(
            Figure(
                f"graph reads under ingest, p95, {name}",
                p95(times),
                "ms",
                "the same, idle",
                statistics.mean(idle),
                3.0 if name == "all" else None,
                lower_is_better=True,
                note=f"{len(times)} reads; median {statistics.median(times):.0f} ms"
                + (f"; ingest {rate:,.0f} events/s" if name == "all" else ""),
            )
        )
    return figures


def _of(name: str, times: dict[str, list[float]]) -> list[float]:
    return [one for some in times.values() for one in some] if name == "all" else times[name]
