"""Writers of the same facts at the same moment (two workers, a rebuild and a worker): who looks holds the lock."""

import threading
from collections.abc import Sequence
from functools import partial

import pytest

from tests.integration.graph_batches import deliveries, entity, link, message, rows, span
from tests.stack_waits import eventually
from workbench.events.envelope import Event
from workbench.graph import constraints
from workbench.graph.driver import open_driver
from workbench.pipelines.graph_ingest import graph_sink
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.neo4j


AT_ENTITY = "MATCH (e:Entity {entity_id: 'k'}) SET e.recorded_at = e.recorded_at"
AT_USER = "MATCH (u:User) SET u.recorded_at = u.recorded_at"


def write(settings: Settings, events: Sequence[Event]) -> None:
    sink = graph_sink(settings)
    sink.write(Batch(deliveries(events)))
    sink.close()


def _blocked(settings: Settings, count: int) -> bool:
    asked = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*)"
    return rows(settings, asked) == [(count,)]


def write_at_once(settings: Settings, meeting: str, *batches: Sequence[Event]) -> None:
    """Each batch by a writer of its own, begun in order; all are let go once each waits within its transaction.

    `meeting` sets a property of a node that all of them write, which locks it.
    """
    writers = [threading.Thread(target=write, args=(settings, events)) for events in batches]
    with open_driver(settings) as driver, driver.session(database=settings.neo4j.database) as session:
        with session.begin_transaction() as holder:
            holder.run(meeting).consume()  # type: ignore[arg-type]
            for begun, writer in enumerate(writers, 1):
                writer.start()
                eventually(partial(_blocked, settings, begun), f"writer {begun} waits")
            holder.rollback()
        for writer in writers:
            writer.join()


def test_a_relationship_that_two_writers_see_missing_is_made_once(fresh: Settings) -> None:
    constraints.apply(fresh)
    write(fresh, [entity("k"), entity("r")])
    made, changed = link("k", "r"), link("k", "r", "updated", at_s=9)
    write_at_once(fresh, AT_ENTITY, [made], [made], [changed])
    asked = (
        "MATCH (:Entity {entity_id: 'k'})-[r]->() RETURN r.version, r.event_id, r.valid_to IS NULL ORDER BY r.version"
    )
    first, second = made.event_id, changed.event_id
    assert rows(fresh, asked) == [(1, first, True), (2, first, False), (3, second, True)]


def test_the_newest_of_two_descriptions_written_at_once_stays(fresh: Settings) -> None:
    constraints.apply(fresh)
    write(fresh, [entity("k")])
    new, old = entity("k", "updated", at_s=9, name="new"), entity("k", "updated", at_s=5, name="old")
    write_at_once(fresh, AT_ENTITY, [new], [old])
    asked = "MATCH (e:Entity) RETURN e.name, e.last_seen_at.epochSeconds - e.first_seen_at.epochSeconds"
    assert rows(fresh, asked) == [("new", 9)]


def test_first_and_last_of_a_user_and_a_session_are_those_of_all_writers(fresh: Settings) -> None:
    constraints.apply(fresh)
    write(fresh, [message("m7", at_s=7)])
    write_at_once(
        fresh, AT_USER, [message("m9", at_s=9, conversation="c9")], [message("m5", at_s=5, conversation="c5")]
    )
    asked = "MATCH (n:User|Session) RETURN n.last_message_at.epochSeconds - n.first_message_at.epochSeconds"
    assert rows(fresh, asked) == [(4,), (4,)]


def test_the_earliest_of_two_mentions_written_at_once_names_the_entity(fresh: Settings) -> None:
    constraints.apply(fresh)
    write(fresh, [entity("k", at_s=5, name="known", mention=span("m"))])
    first, last = (entity("k", at_s=at_s, name=f"at {at_s}", mention=span("m", start=at_s)) for at_s in (1, 9))
    later = entity("k", at_s=3, name="at 3", mention=span("m", start=3))
    write_at_once(fresh, AT_ENTITY, [first], [later, last])
    asked = "MATCH (e:Entity) RETURN e.name, e.last_seen_at.epochSeconds - e.first_seen_at.epochSeconds"
    assert rows(fresh, asked) == [("at 1", 8)]
    assert rows(fresh, "MATCH ()-[r:MENTIONED_IN]->() RETURN count(r)") == [(4,)]
