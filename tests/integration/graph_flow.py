"""A stream of talk, mentions and links into the graph, and whether all of it arrived once."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.graph_batches import entity, link, message, rows, span
from tests.integration.stream_events import worker
from tests.stack_waits import eventually
from workbench.events.envelope import Event
from workbench.events.tally import Tally
from workbench.events.topics import EVENT_TYPES
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.pipelines.graph_ingest import GraphSink, graph_sink
from workbench.pipelines.publish import Publisher
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.admin import end_offsets
from workbench.stream.batching import BatchLimits
from workbench.stream.lag import total_lag

SMALL = BatchLimits(events=40, age_s=0.05, commit_s=5.0)
"""So that a short stream is many transactions, and a fault meets one of them."""

ENTITIES = 20

LEAST_LAG = 100
"""Events still to come that a fault should meet; never more than can be written soon."""


def story(first: int, until: int) -> list[Event]:
    """Per number a message, a mention in it, and a link that runs against an earlier one's direction."""
    found: list[Event] = []
    for n in range(first, until):
        here, there = f"e{n % ENTITIES}", f"e{(n * 7 + 3) % ENTITIES}"
        source, target = (here, there) if n % 2 else (there, here)
        found.append(message(f"m{n}", at_s=n, conversation=f"c{n % 10}"))
        found.append(entity(here, at_s=n, mention=span(f"m{n}")))
        found.append(link(source, target, at_s=n, relationship_id=f"link {n}"))
    return found


class Flow:
    """The outbox, its relay and the ledger of one test's stream."""

    def __init__(self, settings: Settings, outbox: Outbox, publisher: Publisher, ledger: GraphLedger) -> None:
        self.settings = settings
        self.outbox = outbox
        self.publisher = publisher
        self.ledger = ledger
        self._until = 0

    def more(self, count: int) -> None:
        """Publish the next part of the story."""
        self.publisher.publish(story(self._until, self._until + count))
        self._until += count

    def lag(self) -> int:
        return total_lag(end_offsets(self.settings, GraphSink.topics), self.ledger.offsets())

    def some_arrived(self) -> None:
        """Wait until the graph has taken part of what is on its way, so that a fault meets a stream.

        Publishes more when the graph has caught up: on a quick machine a stream of fixed length is over too soon.
        """
        before: list[int] = []

        def moved() -> bool:
            if self.lag() < LEAST_LAG:
                self.more(40)
            before.append(sum(self.ledger.offsets().values()))
            return before[-1] > before[0]

        eventually(moved, "events arrive in the graph", timeout_s=60)

    def settled(self, *, timeout_s: float = 120.0) -> None:
        """Wait until the graph has everything."""
        assert self.publisher.flush(30)
        eventually(lambda: self.lag() == 0, "the graph has caught up", timeout_s=timeout_s)

    def accounted(self) -> None:
        """Everything produced is stored or a dead letter, and nothing is there twice."""
        self.settled()
        produced = self.outbox.produced()
        expected = {}
        for name, tally in produced.items():
            if "graph" in EVENT_TYPES[name].hops:
                dead = Tally.of(set(self.outbox.dead_letters_by("graph", name)))
                expected[name] = Tally(tally.count - dead.count, tally.checksum - dead.checksum)
        assert self.ledger.tallies() == expected
        for query in (
            "MATCH (m:Message) WHERE m.event_id IS NOT NULL RETURN count(m), count(DISTINCT m.event_id)",
            "MATCH ()-[r:MENTIONED_IN]->() RETURN count(r), count(DISTINCT r.event_id)",
            "MATCH ()-[r:USES]->() RETURN count(r), count(DISTINCT r.event_id)",
        ):
            ((everything, distinct),) = rows(self.settings, query)
            assert everything == distinct > 0, query

    def reconciled(self) -> None:
        """As `accounted`; and an undisturbed worker that reads the same records makes the same graph."""
        self.accounted()
        disturbed = self.ledger.content_hash()
        self.ledger.clear()
        assert self.ledger.content_hash() != disturbed
        with worker(graph_sink(self.settings), self.settings, self.outbox):
            self.settled()
        assert self.ledger.content_hash() == disturbed


@contextmanager
def flow(settings: Settings) -> Iterator[Flow]:
    """A stream whose graph is empty; workers are the test's business."""
    constraints.apply(settings)
    outbox = Outbox(settings.outbox_path)
    try:
        with Publisher(settings, upload_blob=None, outbox=outbox) as publisher, GraphLedger(settings) as ledger:
            yield Flow(settings, outbox, publisher, ledger)
    finally:
        outbox.close()
