"""What is in a window: gold evidence of LoCoMo beside the newest turns that fit, build time, stable prefix, split.

Each question of categories 1 to 4 is asked after its whole conversation, in a window of 2k to 16k tokens; evidence
counts when its whole turn is there, wherever in the window. The anchor keeps the newest turns that fit, as most chat
clients do. Times are those of a second window of the same conversation, with another question; the conversations of
10k and 100k turns are LoCoMo's, chained. The stable prefix is measured turn by turn over a growing conversation, in a
window of 4k tokens; the anchor's window begins one turn later each time.
"""

import random
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure
from benchmarks.locomo import Talk, locomo
from workbench.catalogue.tokens import message_tokens
from workbench.context.layout import KINDS
from workbench.context.prefixes import Prefixes
from workbench.context.turns import Turn
from workbench.context.window import REPLY_OVERHEAD_TOKENS, newest_that_fit
from workbench.database import migrations
from workbench.database.documents import DocumentStore
from workbench.database.ledger import ContextLedger
from workbench.database.pool import open_pool
from workbench.events.codec import encode_event, make_event, stamped
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.events.topics import CONVERSATIONS
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.documents import add_files
from workbench.pipelines.window import Window, WindowSource, build_window
from workbench.settings import Settings
from workbench.stream.sink import Batch, Delivery, TopicPartition

BUDGETS = (2_000, 4_000, 8_000, 16_000)
TENANT = "bench"
MODEL = "gpt-4o"
PARTITION = TopicPartition(CONVERSATIONS, 0)
GROWING_BUDGET = 4_000
DOCS = Path(__file__).parents[1] / "docs"


def events_of(talk: Talk, conversation_id: str, *, times: int = 1, most: int = 10**9) -> Iterator[Event]:
    """A talk's turns, or several repetitions of it end to end, each a year later."""
    number = 0
    for again in range(times):
        for said in talk.turns:
            if number >= most:
                return
            yield make_event(
                "message.added",
                Message(role="user", text=f"{said.text} [photo: {said.caption}]" if said.caption else said.text),
                event_id=event_id_of("bench window", f"{conversation_id}/{again}/{said.turn_id}".encode()),
                occurred_at=said.at + timedelta(days=365 * again),
                conversation_id=conversation_id,
                session_id=f"{conversation_id}/{again}/{said.session}",
                user_id=said.speaker,
                tenant_id=TENANT,
            )
            number += 1


def store(settings: Settings, events: Sequence[Event]) -> None:
    with closing(context_sink(settings)) as sink:
        for at in range(0, len(events), 1_000):
            part = [stamped(one, one.occurred_at) for one in events[at : at + 1_000]]
            payloads = [Message(role="user", text=_text(one)) for one in part]
            pairs = zip(part, payloads, strict=True)
            sink.write(Batch([Delivery(one, said, PARTITION, 0, encode_event(one)) for one, said in pairs]))


def _text(event: Event) -> str:
    from workbench.events.codec import decode_payload

    payload = decode_payload(event)
    assert isinstance(payload, Message)
    return payload.text


def ask(source: WindowSource, conversation_id: str, question: str, budget: int) -> Window:
    return build_window(
        source,
        tenant_id=TENANT,
        conversation_id=conversation_id,
        messages=[{"role": "user", "content": question}],
        model=MODEL,
        budget_tokens=budget,
    )


def evidence(settings: Settings, talks: Sequence[Talk], *, every: int) -> Iterator[Figure]:
    for budget in BUDGETS:
        ours: list[float] = []
        anchor: list[float] = []
        whole: dict[str, int] = dict.fromkeys(KINDS, 0)
        for talk in talks:
            events = list(events_of(talk, talk.name))
            ids = {said.turn_id: one.event_id for said, one in zip(talk.turns, events, strict=True)}
            turns = [Turn(n, "user", _text(one), 0, turn_id=one.event_id) for n, one in enumerate(events, 1)]
            tokens = [
                Turn(t.sequence, t.role, t.text, message_tokens(t.text, MODEL) - 4, turn_id=t.turn_id) for t in turns
            ]
            asked = [one for one in talk.questions if one.category < 5][::every]
            with closing(WindowSource(settings)) as source:
                for question in asked:
                    found = ask(source, talk.name, question.text, budget)
                    assert found.token_count <= budget
                    inside = {one.turn_id for one in found.citations if one.whole}
                    ours += [ids[one] in inside for one in question.evidence]
                    for kind, count in found.split.items():
                        whole[kind] += count
                    room = budget - REPLY_OVERHEAD_TOKENS - message_tokens(question.text, MODEL)
                    newest = {turn.turn_id for turn in newest_that_fit(tokens, budget_tokens=room)}
                    anchor += [ids[one] in newest for one in question.evidence]
        total = sum(whole.values())
        split = ", ".join(f"{kind} {count / total:.0%}" for kind, count in whole.items() if count)
        yield Figure(
            f"gold evidence in a window of {budget // 1000}k",
            statistics.mean(ours),
            "share",
            "newest that fit",
            statistics.mean(anchor),
            1.0,
            note=split,
        )


def build_times(settings: Settings, talks: Sequence[Talk], sizes: Sequence[int]) -> Iterator[Figure]:
    chance = random.Random(11)
    questions = [one.text for talk in talks for one in talk.questions if one.category < 5]
    for size in sizes:
        name = f"long {size}"
        talk = talks[2]
        store(settings, list(events_of(talk, name, times=-(-size // len(talk.turns)), most=size)))
        with closing(WindowSource(settings)) as source:
            started = time.perf_counter()
            ask(source, name, questions[0], 8_000)
            cold = 1e3 * (time.perf_counter() - started)
            times = []
            own = time.process_time()
            for question in chance.sample(questions, 60):
                started = time.perf_counter()
                ask(source, name, question, 8_000)
                times.append(1e3 * (time.perf_counter() - started))
                time.sleep(0.02)  # nobody asks again at once; heat is counted meanwhile
            own = 1e3 * (time.process_time() - own) / len(times)
        yield Figure(
            f"warm window of 8k from {size:,} turns",
            statistics.median(times),
            "ms",
            reach=20.0,
            lower_is_better=True,
            note=f"p5 {statistics.quantiles(times, n=20)[0]:.1f}, p95 {statistics.quantiles(times, n=20)[-1]:.1f} ms,"
            f" of it {own:.1f} ms of this process; the first one {cold:.0f} ms",
        )


def _newest_window(turns: Sequence[Turn], question: str, budget: int) -> list[dict[str, Any]]:
    room = budget - REPLY_OVERHEAD_TOKENS - message_tokens(question, MODEL)
    said = [{"role": turn.role, "content": turn.text} for turn in newest_that_fit(turns, budget_tokens=room)]
    return [*said, {"role": "user", "content": question}]


def stable_prefix(settings: Settings, talk: Talk, *, steps: int) -> Figure:
    """The user's every second turn is asked; question and answer are stored before the next one."""
    events = list(events_of(talk, "growing"))
    begin = len(events) - 2 * steps
    store(settings, events[:begin])
    turns = [Turn(n, "user", _text(one), message_tokens(_text(one), MODEL) - 4) for n, one in enumerate(events, 1)]
    plain, seen = [], Prefixes()
    ours = []
    with closing(WindowSource(settings)) as source:
        for at in range(begin, len(events) - 1, 2):
            ours.append(ask(source, "growing", _text(events[at]), GROWING_BUDGET).stable_prefix_ratio)
            window = _newest_window(turns[:at], turns[at].text, GROWING_BUDGET)
            ratio = seen.ratio(
                (TENANT, "growing", MODEL), window, lambda one: message_tokens(str(one["content"]), MODEL)
            )
            plain.append(ratio)
            store(settings, events[at : at + 2])
    return Figure(
        "stable prefix over a growing conversation",
        statistics.mean(one for one in ours if one is not None),
        "share",
        "newest that fit",
        statistics.mean(one for one in plain if one is not None),
        note=f"{steps} questions, window of {GROWING_BUDGET // 1000}k",
    )


def with_documents(settings: Settings, talks: Sequence[Talk]) -> Iterator[Figure]:
    """The split when the project's own pages are documents: their share only where they answer."""
    with open_pool(settings, size=2) as pool:
        list(add_files(DocumentStore(pool), TENANT, paths=sorted(DOCS.glob("*.md"))))
    asked = [one.text for one in talks[0].questions[:20]]
    groups = {
        "questions of LoCoMo": asked,
        "questions on the pages": ["How are offsets kept exactly once in Kafka?"] * 5,
    }
    with closing(WindowSource(settings)) as source:
        for name, questions in groups.items():
            found = [ask(source, talks[0].name, one, 8_000) for one in questions]
            total = sum(one.token_count for one in found)
            split = {kind: sum(one.split[kind] for one in found) / total for kind in KINDS}
            cited = statistics.mean(sum(c.kind == "documents" for c in one.citations) for one in found)
            yield Figure(
                f"documents' share of a window of 8k, {name}",
                split["documents"],
                "share",
                note=", ".join(f"{kind} {share:.0%}" for kind, share in split.items() if share)
                + f"; {cited:.1f} chunks cited",
            )


def _forget_documents(settings: Settings) -> None:
    with open_pool(settings, size=1) as pool:
        documents = DocumentStore(pool)
        for one in documents.documents(TENANT):
            documents.remove(TENANT, one.document_id)


def run(settings: Settings, *, large: bool) -> list[Figure]:
    talks = locomo(settings.shared_data)
    migrations.apply(settings)
    with ContextLedger(settings) as ledger:
        ledger.clear()
        for talk in talks:
            store(settings, list(events_of(talk, talk.name)))
        _forget_documents(settings)
        figures = list(evidence(settings, talks, every=1 if large else 5))
        figures.append(stable_prefix(settings, talks[4], steps=100 if large else 40))
        figures += build_times(settings, talks, (700, 10_000, 100_000) if large else (700, 10_000))
        figures += with_documents(settings, talks)
        ledger.clear()
        _forget_documents(settings)
    return figures
