"""Completions once, learning exactly once, insights with evidence, tenants apart. On a real PostgreSQL."""

import random
import threading
from datetime import timedelta

import pytest

from benchmarks.learning_corpora import conversation, planted
from tests.integration.learning_rows import completed, deliveries, learn, messages, store, tell
from workbench.clock import utc_now
from workbench.database import learning, migrations
from workbench.database.learning_ledger import LearningLedger
from workbench.database.pool import open_pool
from workbench.errors import NotFoundError
from workbench.events.codec import make_event
from workbench.events.completion import completion_id
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import DebateCompleted, DebateTurn
from workbench.events.tally import Tally
from workbench.learning.turns import SaidConversation
from workbench.pipelines.close_idle import close_idle, close_one
from workbench.pipelines.learning_ingest import learning_sink
from workbench.pipelines.publish import Publisher
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.postgresql


def fans(count: int = 6, *, first: int = 0) -> list[SaidConversation]:
    """A user who prefers short answers, and others who do not say so."""
    said = [
        conversation(first + n, "fan", [("user", "I prefer short answers."), ("assistant", "Fine."), ("user", "Bye.")])
        for n in range(count)
    ]
    return said + [
        conversation(first + 100 + n, f"u{n % 5}", [("user", "I saw a film."), ("assistant", "Nice.")])
        for n in range(30)
    ]


def told(publisher: Publisher) -> int:
    return publisher.outbox.produced().get("learning.insight.created", Tally()).count


def read(settings: Settings, tenant_id: str = "default") -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    with open_pool(settings, size=1) as pool, pool.connection() as connection:
        return (
            learning.insights(connection, tenant_id, limit=100),
            learning.patterns(connection, tenant_id, pattern_type="all", limit=1000),
        )


def test_many_closers_at_once_make_one_completion_each(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = fans(20)
    store(fresh, [event for one in said for event in messages(one)])
    added: list[int] = []

    def close(by_name: bool) -> None:
        with open_pool(fresh, size=1) as pool, Publisher(fresh, upload_blob=None) as publisher:
            barrier.wait()
            if by_name:
                for one in said:
                    wanted = {"tenant_id": "default", "conversation_id": one.conversation_id}
                    added.append(int(close_one(pool, publisher, **wanted).added))
            else:
                added.append(
                    close_idle(pool, publisher, idle_s=60.0, clock=lambda: utc_now() + timedelta(days=9)).added
                )

    barrier = threading.Barrier(4)
    closers = [threading.Thread(target=close, args=(number % 2 == 0,)) for number in range(4)]
    for one in closers:
        one.start()
    for one in closers:
        one.join(60)
    with Publisher(fresh, upload_blob=None) as publisher:
        produced = publisher.outbox.produced()["conversation.completed"]
    assert sum(added) == len(said)
    assert produced == Tally.of(completion_id("default", one.conversation_id) for one in said)


def test_only_conversations_without_a_turn_and_an_arrival_are_idle(fresh: Settings) -> None:
    migrations.apply(fresh)
    old, closed = fans(1)[:2]
    store(fresh, [*messages(old), *messages(closed), completed(closed)])
    with open_pool(fresh, size=1) as pool, Publisher(fresh, upload_blob=None) as publisher:
        # its turns are of January, but these tests' events have no ingest time: then their own time counts
        assert close_idle(pool, publisher, idle_s=60.0).added == 1
        with pytest.raises(NotFoundError, match="worker context"):
            close_one(pool, publisher, tenant_id="other", conversation_id=old.conversation_id)
        again = close_one(pool, publisher, tenant_id="default", conversation_id=closed.conversation_id)
        assert not again.added


def test_what_is_being_imported_is_not_idle_however_old_its_turns_are(fresh: Settings) -> None:
    migrations.apply(fresh)
    one = fans(1)[0]
    with Publisher(fresh, upload_blob=None) as publisher:
        publisher.publish(messages(one))
        from workbench.events.codec import decode_event

        store(fresh, [decode_event(sent.body) for sent in publisher.outbox.pending(10)])  # with their ingest times
        with open_pool(fresh, size=1) as pool:
            assert close_idle(pool, publisher, idle_s=60.0).idle == 0
            assert close_idle(pool, publisher, idle_s=60.0, clock=lambda: utc_now() + timedelta(seconds=61)).added == 1


def test_planted_patterns_are_learned_once_whatever_the_order_and_repetition(fresh: Settings) -> None:
    migrations.apply(fresh)
    corpus = planted(2, null=40, times=5).conversations
    events = [event for one in corpus for event in messages(one)]
    store(fresh, events)
    ends = [completed(one) for one in corpus]
    random.Random(3).shuffle(ends)
    with Publisher(fresh, upload_blob=None) as publisher:
        for at in range(0, len(ends), 40):
            tell(fresh, ends[at : at + 60])  # every batch repeats a part of the next one
            learn(fresh, publisher)
        insights, patterns = read(fresh)
        first = told(publisher)
        with LearningLedger(fresh) as ledger:
            assert ledger.tallies() == {"conversation.completed": Tally.of(one.event_id for one in ends)}
            before = ledger.content_hash()
            ledger.clear()
            tell(fresh, ends)
            learn(fresh, publisher)
            assert ledger.content_hash() == before
        assert len(insights) >= 17  # of 19 planted in conversations
        assert {one["pattern_id"] for one in patterns} >= {one["insight_id"] for one in insights}
        assert told(publisher) == first  # what was told once is not told again
        known = {event.event_id for event in events}
        for one in insights:
            examples = one["examples"]
            assert isinstance(examples, list)
            assert examples
            assert all(known.issuperset(example["message_ids"]) for example in examples)


def test_an_insight_is_published_once_per_version(fresh: Settings) -> None:
    migrations.apply(fresh)
    with Publisher(fresh, upload_blob=None) as publisher:

        def go(said: list[SaidConversation]) -> None:
            store(fresh, [event for one in said for event in messages(one)])
            tell(fresh, [completed(one) for one in said])
            learners = [threading.Thread(target=learn, args=(fresh, publisher)) for _ in range(3)]
            for one in learners:
                one.start()
            for one in learners:
                one.join(60)

        go(fans(3))
        assert told(publisher) == 1
        go(fans(4, first=1000))  # seven of them: more than twice three
        assert told(publisher) == 2
        (insight,) = read(fresh)[0]
        assert (insight["version"], insight["frequency"], insight["subject"]) == (2, 7, "fan")
        assert learn(fresh, publisher).published == 0


def test_a_learner_that_dies_before_it_marks_an_insight_tells_it_once(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = fans(5)
    store(fresh, [event for one in said for event in messages(one)])
    tell(fresh, [completed(one) for one in said])

    class Dies(Publisher):
        def publish(self, events, **more):  # type: ignore[no-untyped-def]
            super().publish(events, **more)
            raise KeyboardInterrupt

    with Dies(fresh, upload_blob=None) as dying, pytest.raises(KeyboardInterrupt):
        learn(fresh, dying)
    with Publisher(fresh, upload_blob=None) as publisher:
        assert told(publisher) == 1
        assert learn(fresh, publisher).published == 0
        assert told(publisher) == 1
        with open_pool(fresh, size=1) as pool, pool.connection() as connection:
            assert learning.unpublished_insights(connection, limit=10) == []


def test_a_conversation_that_goes_on_or_arrives_late_is_learned_again(fresh: Settings) -> None:
    migrations.apply(fresh)
    said = fans(5)
    first = [event for one in said for event in messages(one)]
    late = [event for event in first if event.conversation_id in ("c3", "c4")]
    store(fresh, [event for event in first if event not in late])
    tell(fresh, [completed(one) for one in said])
    with Publisher(fresh, upload_blob=None) as publisher:
        learn(fresh, publisher)
        assert [one["frequency"] for one in read(fresh)[1] if one["key"] == "like:short"] == [3]
        store(fresh, late)
        learn(fresh, publisher)
        assert [one["frequency"] for one in read(fresh)[1] if one["key"] == "like:short"] == [5]
        more = conversation(
            100, "u0", [*((t.role, t.text) for t in said[5].turns), ("user", "I prefer short answers.")]
        )
        store(fresh, messages(more))
        assert learn(fresh, publisher, grown=False).conversations == 0
        assert learn(fresh, publisher, grown=True).conversations == 1


def test_what_one_tenant_says_is_never_learned_for_another(fresh: Settings) -> None:
    migrations.apply(fresh)
    with Publisher(fresh, upload_blob=None) as publisher:
        for tenant_id, said in (("a", fans(2)), ("b", fans(2))):  # two and two, the same user and conversation ids
            store(fresh, [event for one in said for event in messages(one, tenant_id=tenant_id)])
            tell(fresh, [completed(one, tenant_id=tenant_id) for one in said])
        learn(fresh, publisher)
        for tenant_id in ("a", "b"):
            insights, patterns = read(fresh, tenant_id)
            assert insights == []
            assert [one for one in patterns if one["key"] == "like:short"] == []
        assert read(fresh, "default") == ([], [])


def debate_event(number: int, winner: str) -> Event:
    turns = [
        DebateTurn(round=1, position=place, provider=name, model="m", won=name == winner, call_id=f"k{number}-{place}")
        for place, name in enumerate(("alpha", "beta", "gamma"), start=1)
    ]
    return make_event(
        "debate.completed",
        DebateCompleted(debate_id=f"d{number}", topic="t", rounds=1, winner=f"{winner}/m", confidence=1.0, turns=turns),
        event_id=event_id_of("debate", str(number).encode()),
        occurred_at=utc_now(),
        conversation_id="c",
        session_id="s",
        user_id="u",
    )


def test_debates_are_learned_from_too_and_named_as_evidence(fresh: Settings) -> None:
    migrations.apply(fresh)
    chosen = random.Random(1)
    events = [
        debate_event(n, "alpha" if chosen.random() < 0.9 else chosen.choice(["beta", "gamma"])) for n in range(40)
    ]
    with Publisher(fresh, upload_blob=None) as publisher:
        tell(fresh, events)
        tell(fresh, events[::-1])
        learn(fresh, publisher)
    found = [one for one in read(fresh)[0] if one["insight_type"] == "provider_performance"]
    assert [one["subject"] for one in found] == ["alpha"]
    examples = found[0]["examples"]
    assert isinstance(examples, list)
    assert examples[0]["message_ids"][0].startswith("k")


def test_a_batch_that_was_fenced_leaves_nothing_and_another_type_is_refused(fresh: Settings) -> None:
    from workbench.errors import FencedError, StoreRefusedError
    from workbench.events.topics import CONVERSATIONS_COMPLETED
    from workbench.stream.sink import Positions, TopicPartition

    migrations.apply(fresh)
    place = TopicPartition(CONVERSATIONS_COMPLETED, 0)
    one, sink = completed(fans(1)[0]), learning_sink(fresh)
    try:
        claim = sink.claim({place: "t"})[place]
        sink.claim({place: "t"})  # somebody else takes over
        with pytest.raises(FencedError):
            sink.write(Batch(deliveries([one]), {place: Positions(0, 1, claim.epoch)}))
        with pytest.raises(StoreRefusedError):
            sink.write(Batch(deliveries(messages(fans(1)[0]))))
    finally:
        sink.close()
    with LearningLedger(fresh) as ledger:
        assert ledger.tallies() == {}
