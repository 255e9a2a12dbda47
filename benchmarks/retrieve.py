"""Search over stored conversations: the first time, after a restart, warm, and right after a commit.

The anchor of the first search is the sink's own time for the same turns: what it would cost the sink, beside what it
costs now, to make the index within its transaction.
"""

import statistics
import time
from collections.abc import Sequence

from benchmarks.context import chained
from benchmarks.figures import Figure
from workbench.context.turns import Turn
from workbench.database import migrations
from workbench.database.connection import connect
from workbench.database.ledger import ContextLedger
from workbench.events.codec import make_event, stamped
from workbench.events.envelope import event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.pipelines.retrieve import Retriever
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, TopicPartition

BATCH = 1_000
PARTITION = TopicPartition(CONVERSATIONS, 0)
TENANT, CONVERSATION = "default", "bench retrieval"
QUESTIONS = (
    "What films do you like?", "When did you go to school?", "Where are you from?", "favourite music and books",
    "Do you have a dog or a cat?", "What did you eat yesterday?", "How is the weather in winter?", "Are you a robot?",
)  # fmt: skip


def delivery(turn: Turn) -> Delivery:
    payload = Message(role="user" if turn.sequence % 2 else "assistant", text=turn.text)
    assert turn.occurred_at is not None
    event = make_event(
        "message.added", payload, event_id=event_id_of("bench retrieval", str(turn.sequence).encode()),
        occurred_at=turn.occurred_at, conversation_id=CONVERSATION, session_id=turn.session_id, user_id="bench",
    )  # fmt: skip
    return Delivery(stamped(event, turn.occurred_at), payload, PARTITION, turn.sequence, b"")


def stored(sink: ContextSink, turns: Sequence[Turn]) -> float:
    """Seconds to store turns."""
    batches = [list(map(delivery, turns[at : at + BATCH])) for at in range(0, len(turns), BATCH)]
    started = time.perf_counter()
    for one in batches:
        sink.write(Batch(one))
    return time.perf_counter() - started


def searched(retriever: Retriever, question: str) -> float:
    started = time.perf_counter()
    retriever.search(TENANT, conversation_ids=[CONVERSATION], query=question, k=10)
    return time.perf_counter() - started


def figures_of(settings: Settings, size: int) -> list[Figure]:
    turns = chained(size + 20)
    with ContextLedger(settings) as ledger, connect(settings.postgresql, autocommit=True) as connection:
        ledger.clear()
        connection.execute("TRUNCATE turn_terms")
    sink = context_sink(settings)
    sink_s = stored(sink, turns[:size])
    with Retriever(settings) as retriever:
        first_s = searched(retriever, QUESTIONS[0])
    with Retriever(settings) as retriever:
        restart_s = searched(retriever, QUESTIONS[0])
        warm = [searched(retriever, one) for one in QUESTIONS * 10]
        after = []
        for turn in turns[size:]:
            stored(sink, [turn])
            after.append(searched(retriever, QUESTIONS[turn.sequence % len(QUESTIONS)]))
    sink.close()
    name = f"{size:,} stored turns"
    return [
        Figure(f"first search, {name}", first_s, "s", "the sink for these turns", sink_s, lower_is_better=True),
        Figure(f"first search after a restart, {name}", restart_s, "s", "first search", first_s, lower_is_better=True),
        Figure(f"warm search, {name}", 1e3 * statistics.median(warm), "ms", note="PostgreSQL asked for new turns"),
        Figure(f"search after a commit, {name}", 1e3 * statistics.median(after), "ms", note="one new turn, kept"),
    ]


def run(settings: Settings, *, large: bool) -> list[Figure]:
    migrations.apply(settings)
    return [one for size in ((700, 10_000, 100_000) if large else (700, 10_000)) for one in figures_of(settings, size)]
