"""Linking across sessions on real servers: what is told, that it is told once, and that a rebuild keeps it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from tests.integration.graph_batches import TALK, deliveries, rows
from workbench.events.codec import decode_event, decode_payload, make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Mention, Message, RelationshipUpdate
from workbench.extraction import entity_id_of, extract_events
from workbench.graph import constraints
from workbench.graph.ledger import GraphLedger
from workbench.graph.reading.quality import unresolved_duplicates
from workbench.graph.reading.reader import GraphReader
from workbench.lake.ledger import LakeLedger
from workbench.pipelines.graph_ingest import graph_sink
from workbench.pipelines.lake_ingest import lake_sink
from workbench.pipelines.link import METHOD, LinkRun, find_links, relationship_id_of
from workbench.resilience.outbox import Outbox
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, Positions

pytestmark = [pytest.mark.neo4j, pytest.mark.s3]

MAY = datetime(2026, 5, 4, 9, tzinfo=UTC)
POSTGRESQL = entity_id_of("database", "PostgreSQL")
TALLOW, VERDA = (entity_id_of("organisation", name) for name in ("Tallow Foods", "Verda Foods"))
SAME_AS = """MATCH (a)-[r:SAME_AS]->(b) WHERE r.superseded_at IS NULL AND r.valid_to IS NULL
RETURN a.entity_id, b.entity_id, r.confidence"""

SAID = {
    "s1": [
        "Tallow Foods keeps its prices in PostgreSQL and asks Marco Bianchi for a report.",
        "The report of Tallow Foods runs on Kubernetes, beside Grafana.",
    ],
    "s2": ["Tallow Foods was renamed Verda Foods in April.", "Verda Foods moves from PostgreSQL to ClickHouse."],
}
"""Two sessions that speak of one company under two names."""


def said(session: str, texts: Sequence[str], *, tenant: str = "default", first: int = 0) -> list[Event]:
    found = []
    for number, text in enumerate(texts, start=first):
        payload = Message(role="user", text=text)
        event = make_event(
            "message.added",
            payload,
            event_id=event_id_of("link test", f"{tenant} {session} {number}".encode()),
            occurred_at=MAY + timedelta(minutes=number),
            conversation_id=f"c-{session}",
            session_id=session,
            user_id="u",
            tenant_id=tenant,
        )
        found += [event, *extract_events(event, payload)]
    return found


class Flow:
    """The outbox with graph and lake behind it, as the relay and the workers have them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        constraints.apply(settings)
        self.outbox = Outbox(settings.outbox_path)
        self.graph, self.lake = graph_sink(settings), lake_sink(settings)
        self.claims = [sink.claim({TALK: "first"})[TALK] for sink in (self.graph, self.lake)]
        self.next = 0

    def take(self, events: Sequence[Event]) -> int:
        """Append events and write what is new to graph and lake; how many were new."""
        added = self.outbox.append(events).added
        waiting = self.outbox.pending()
        events_taken = [decode_event(one.body) for one in waiting]
        taken = [
            Delivery(event, decode_payload(event), TALK, self.next + n, waiting[n].body)
            for n, event in enumerate(events_taken)
        ]
        for sink, claim in zip((self.graph, self.lake), self.claims, strict=True):
            if taken:
                sink.write(Batch(taken, {TALK: Positions(self.next, self.next + len(taken), claim.epoch)}))
        self.next += len(taken)
        self.outbox.mark_sent(one.sequence for one in waiting)
        return added

    def link(self, *, tenant_id: str = "default") -> LinkRun:
        """Find links and take them in."""
        run = find_links(self.settings, tenant_id=tenant_id)
        self.take(run.events)
        return run

    def close(self) -> None:
        self.graph.close()
        self.lake.close()
        self.outbox.close()


@pytest.fixture
def flow(fresh: Settings) -> Iterator[Flow]:
    flow = Flow(fresh)
    yield flow
    flow.close()


def test_two_sessions_that_speak_of_one_company_under_two_names_are_linked_once_and_stay_so(flow: Flow) -> None:
    flow.take([event for session, texts in SAID.items() for event in said(session, texts)])
    run = flow.link()
    assert [(one.verb, {one.left, one.right}) for one in run.changes] == [("created", {TALLOW, VERDA})]
    with GraphReader(flow.settings) as reader:
        (pair,) = unresolved_duplicates(reader).frame.to_dicts()
    assert {pair["name"], pair["other_name"]} == {"Tallow Foods", "Verda Foods"}
    assert pair["method"] == "linking"
    assert pair["score"] > 0.98
    why = json.loads(pair["properties"])
    assert "Tallow Foods = Verda Foods (+12.0 bits)" in why["stated"]
    assert why["prior"] == "-5.0 bits"

    again = find_links(flow.settings)
    assert (again.links, again.events) == (1, ())
    assert flow.take(run.events) == 0  # a run that began before the graph knew tells the same events
    (told,) = rows(flow.settings, SAME_AS)

    with GraphLedger(flow.settings) as ledger:
        before = ledger.content_hash()
        ledger.clear()
        with LakeLedger(flow.settings) as lake:
            kept = [decode_event(value) for value in lake.iter_events()]
        flow.graph.write(Batch(deliveries(kept)))
        assert ledger.content_hash() == before
    assert rows(flow.settings, SAME_AS) == [told]


def same_as(event_id: bytes, verb: str, left: str, right: str) -> Event:
    """A link as the linker tells it, or its retraction, by the test."""
    evidence = Mention(message_id="", start=0, end=0, text="", confidence=0.95, method=METHOD)
    update = RelationshipUpdate(
        relationship_id=relationship_id_of("default", left, right),
        relationship_type="SAME_AS",
        from_entity_id=min(left, right),
        to_entity_id=max(left, right),
        evidence=evidence if verb == "created" else None,
        valid_from=MAY + timedelta(minutes=1),
    )
    return make_event(
        f"relationship.{verb}",
        update,
        event_id=event_id_of("link test", event_id),
        occurred_at=MAY,
        conversation_id="c",
        session_id="s",
        user_id="u",
    )


def test_a_link_that_does_not_hold_any_more_is_taken_back(flow: Flow) -> None:
    flow.take([*said("s1", SAID["s1"]), same_as(b"earlier", "created", POSTGRESQL, TALLOW)])
    assert len(rows(flow.settings, SAME_AS)) == 1
    (change,) = flow.link().changes
    assert (change.verb, {change.left, change.right}) == ("deleted", {POSTGRESQL, TALLOW})
    assert rows(flow.settings, SAME_AS) == []
    assert find_links(flow.settings).events == ()


def test_a_link_that_was_retracted_and_holds_is_told_again_under_an_id_of_its_own(flow: Flow) -> None:
    flow.take(said("s2", SAID["s2"]))
    (first,) = flow.link().events
    flow.take([same_as(b"retracted", "deleted", TALLOW, VERDA)])
    assert rows(flow.settings, SAME_AS) == []
    (second,) = flow.link().events
    assert (second.event_type, second.event_id != first.event_id) == ("relationship.created", True)
    assert len(rows(flow.settings, SAME_AS)) == 1
    assert find_links(flow.settings).events == ()


def test_a_tenant_is_linked_by_itself(flow: Flow) -> None:
    flow.take([*said("s1", SAID["s1"]), *said("s2", SAID["s2"], tenant="other")])
    assert flow.link().events == ()
    (change,) = flow.link(tenant_id="other").changes
    assert {change.left, change.right} == {TALLOW, VERDA}
    (link,) = rows(flow.settings, "MATCH ()-[r:SAME_AS]->() RETURN r.tenant_id, r.relationship_id")
    assert link == ("other", relationship_id_of("other", TALLOW, VERDA))


def test_the_command_tells_what_it_would_tell_and_tells_nobody(flow: Flow) -> None:
    flow.take(said("s2", SAID["s2"]))
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "link", "--dry-run", "--json"],
        env={**os.environ, "WORKBENCH_HOME": str(flow.settings.home)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["dry_run"], told["created"], told["links"]) == (True, 1, 1)
    assert {told["changes"][0]["left_name"], told["changes"][0]["right_name"]} == {"Tallow Foods", "Verda Foods"}
    assert told["changes"][0]["evidence"][0]["signal"] == "stated"
    assert flow.outbox.pending() == []
