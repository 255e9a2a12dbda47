"""Kafka -> worker context -> PostgreSQL: stored, or dead-lettered with the store's own words."""

import threading

import pytest

from tests.integration.context_batches import completion, message
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import frames, migrations
from workbench.database.ledger import ContextLedger
from workbench.events.codec import decode_event
from workbench.events.tally import Tally
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.publish import Publisher
from workbench.pipelines.revise import revision_event
from workbench.settings import Settings
from workbench.stream.consume import run_worker

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]


class Worker:
    """``run_worker`` of the context sink in a thread."""

    def __init__(self, settings: Settings, publisher: Publisher) -> None:
        self._stop = threading.Event()
        arguments = {"outbox": publisher.outbox, "stop": self._stop}
        self._thread = threading.Thread(target=run_worker, args=(context_sink(settings), settings), kwargs=arguments)

    def __enter__(self) -> "Worker":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def stored(settings: Settings) -> int:
    with ContextLedger(settings) as ledger:
        return sum(tally.count for tally in ledger.tallies().values())


def test_what_postgresql_refuses_is_dead_lettered_alone_and_the_rest_is_stored(fresh: Settings) -> None:
    migrations.apply(fresh)
    good = [message(n, conversation_id=f"c{n % 7}") for n in range(300)]
    good += [message(900, conversation_id="c0", text="a\x00b"), completion(1, conversation_id="c0")]
    revised = {"conversation_id": "c1", "session_id": "s", "user_id": "u", "message_id": good[1].event_id}
    good.append(revision_event("default", text="edited", occurred_at=good[1].occurred_at, **revised))
    refused = message(901, conversation_id="c1", session_id="s\x00")
    with Publisher(fresh, upload_blob=None) as publisher:
        publisher.publish([*good[:150], refused, *good[150:]])
        assert publisher.flush(30.0)
        with Worker(fresh, publisher):
            eventually(lambda: stored(fresh) == len(good), "everything else is stored", timeout_s=60)
            eventually(lambda: list(publisher.outbox.dead_letters()), "the refused event is a dead letter")
        (letter,) = publisher.outbox.dead_letters()
        produced = publisher.outbox.produced()
    assert (letter.hop, letter.event_id) == ("context", refused.event_id)
    assert "invalid byte sequence" in letter.reason
    assert decode_event(letter.original).session_id == "s\x00"
    with ContextLedger(fresh) as ledger:
        tallies = ledger.tallies()
    assert tallies["message.added"] + Tally.of([refused.event_id]) == produced["message.added"]
    assert tallies["conversation.completed"] == produced["conversation.completed"]
    assert tallies["message.edited"] == produced["message.edited"]
    assert frames.conversation_turns(fresh, conversation_id="c1")["text"].to_list()[0] == "edited"
    assert frames.conversation_turns(fresh, conversation_id="c0")["text"].to_list()[-1] == "a\x00b"


def test_a_worker_survives_its_store_and_stores_each_event_once(fresh: Settings, servers: Servers) -> None:
    migrations.apply(fresh)
    with Publisher(fresh, upload_blob=None) as publisher, Worker(fresh, publisher):
        publisher.publish([message(n) for n in range(100)])
        eventually(lambda: stored(fresh) == 100, "the first hundred are stored", timeout_s=60)
        with servers.gone("postgresql"):
            publisher.publish([message(n) for n in range(50, 200)])
            assert publisher.flush(30.0)
        eventually(lambda: stored(fresh) == 200, "the rest is stored", timeout_s=60)
    with ContextLedger(fresh) as ledger:
        assert ledger.tallies()["message.added"] == Tally.of(message(n).event_id for n in range(200))
    assert frames.conversation_turns(fresh, conversation_id="c")["sequence"].to_list() == list(range(1, 201))
