"""Kafka -> Neo4j end to end: one worker process, two of them, and the bare sink on the same events.

The events are mentions of entities, Zipf over 5,000; then the same and a relationship between two of them after every
second one, keyed as the outbox keys them. Each run begins with full topics and an empty graph.
"""

from collections.abc import Sequence

from benchmarks.figures import Figure
from benchmarks.graph_sink import BATCH, KEYS, deliveries, sink_rate
from benchmarks.worker_runs import Drained, drain
from workbench.events.codec import encode_event, event_key, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, RelationshipUpdate
from workbench.events.topics import EVENT_TYPES, TOPICS
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.pipelines.graph_ingest import GraphSink
from workbench.settings import Settings
from workbench.stream.admin import create_topics, delete_topics, end_offsets
from workbench.stream.client import KafkaProducer, client_config
from workbench.stream.sink import Delivery, TopicPartition

PLACE = TopicPartition("bench", 0)


def story(count: int) -> list[Delivery]:
    """Mentions and relationships, two to one, as deliveries of one topic partition."""
    mentions = deliveries(count * 2 // 3, zipf=True)
    found: list[Delivery] = []
    previous: EntityUpdate | None = None
    for number, mention in enumerate(mentions):
        found.append(mention)
        update = mention.payload
        assert isinstance(update, EntityUpdate)
        if number % 2 and previous is not None and previous.entity_id != update.entity_id:
            found.append(_link(number, previous, update, mention.event))
        previous = update
    return found


def _link(number: int, source: EntityUpdate, target: EntityUpdate, cause: Event) -> Delivery:
    update = RelationshipUpdate(
        relationship_id=f"{number}>USES",  # as extraction does: one a message, however often two things are linked
        relationship_type="USES",
        from_entity_id=source.entity_id,
        to_entity_id=target.entity_id,
    )
    event = make_event(
        "relationship.created",
        update,
        event_id=event_id_of("bench link", str(number).encode()),
        occurred_at=cause.occurred_at,
        conversation_id=cause.conversation_id,
        session_id="s",
        user_id="u",
    )
    return Delivery(event, update, PLACE, 0, b"")


def produce(settings: Settings, events: Sequence[Delivery]) -> None:
    """Topics made anew, with these events and nothing else."""
    delete_topics(settings, [topic.name for topic in TOPICS])
    create_topics(settings)
    producer = KafkaProducer(**client_config(settings), linger_ms=20, batch_size=256 * 1024, compression_type="lz4")
    for one in events:
        event = stamped(one.event, one.event.occurred_at)
        topic = EVENT_TYPES[event.event_type].topic
        producer.send(topic, encode_event(event), key=event_key(event).encode())
    producer.flush()
    producer.close()


def run(settings: Settings, *, large: bool) -> list[Figure]:
    """Mentions alone, then with links: links lock popular entities, which two workers then wait for."""
    count, rounds = (150_000, 3) if large else (40_000, 2)
    constraints.apply(settings)
    return [
        *measured(settings, deliveries(count, zipf=True), "mentions", rounds=rounds),
        *measured(settings, story(count), "mentions and links", rounds=rounds),
    ]


def measured(settings: Settings, events: Sequence[Delivery], what: str, *, rounds: int) -> list[Figure]:
    """Empty the same topics by one worker, by two, and by the bare sink, in turns, on an emptied graph each."""
    bare: list[float] = []
    runs: dict[int, list[Drained]] = {1: [], 2: []}
    with GraphLedger(settings) as ledger:

        def streamed(processes: int) -> Drained:
            ledger.clear()
            produce(settings, events)
            ends = end_offsets(settings, GraphSink.topics)
            return drain(
                settings,
                "graph",
                "graph",
                processes=processes,
                partitions=len(ends),
                enough=int(0.95 * len(events)),
                stored=lambda: sum(ledger.offsets().values()),
                servers=("neo4j", "kafka"),
            )

        ledger.clear()
        sink_rate(settings, events, BATCH)  # a server that has just started compiles while it works
        for _ in range(rounds):
            ledger.clear()
            bare.append(sink_rate(settings, events, BATCH))
            for processes, found in runs.items():
                found.append(streamed(processes))
        ledger.clear()
    one, two = (min(found, key=lambda run: -run.rate) for found in runs.values())
    share = max(report.events for report in two.reports) / sum(report.events for report in two.reports)
    return [
        Figure(
            f"Kafka to graph, one worker, {what}, Zipf over {KEYS:,}",
            one.rate,
            "events/s",
            f"the bare sink, {BATCH:,} a commit",
            max(bare),
            note=f"{one.stages()}; cores: {one.cores()}",
        ),
        Figure(
            f"Kafka to graph, two workers, {what}",
            two.rate,
            "events/s",
            "one worker",
            one.rate,
            1.05,  # a second worker pays when it gives more than the noise
            note=f"{two.stages()}; cores: {two.cores()}; the busier worker wrote {share:.0%}",
        ),
    ]
