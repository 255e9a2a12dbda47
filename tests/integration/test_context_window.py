"""A chat request's window from real stored turns: nothing twice, nothing of others, always within the budget."""

import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from tests.integration.context_batches import NOON, deliveries, message
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import frames, migrations
from workbench.database.connection import connect
from workbench.database.marks import mark_turn
from workbench.errors import UsageError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import MessageDeleted, MessageEdited
from workbench.pipelines.context_ingest import context_sink
from workbench.pipelines.window import Window, WindowSource, build_window
from workbench.settings import Settings
from workbench.stream.sink import Batch

pytestmark = pytest.mark.postgresql

ASK = [{"role": "user", "content": "And now?"}]


@pytest.fixture
def source(fresh: Settings) -> Iterator[WindowSource]:
    migrations.apply(fresh)
    source = WindowSource(fresh)
    yield source
    source.close()


def store(settings: Settings, events: list[Event]) -> None:
    sink = context_sink(settings)
    sink.write(Batch(deliveries(events)))
    sink.close()


def revision(name: str, number: int, payload: Any) -> Event:
    return make_event(
        name,
        payload,
        event_id=event_id_of("revision", f"{name}/{number}".encode()),
        occurred_at=NOON + timedelta(hours=5),
        conversation_id="c",
        session_id="s",
        user_id="u",
    )


def edited(number: int, text: str) -> Event:
    return revision("message.edited", number, MessageEdited(message_id=message(number).event_id, text=text))


def deleted(number: int) -> Event:
    return revision("message.deleted", number, MessageDeleted(message_id=message(number).event_id))


def window(source: WindowSource, messages: list[dict[str, Any]], **more: Any) -> Window:
    given = {"tenant_id": "default", "conversation_id": "c", "model": "gpt-4o", **more}
    return build_window(source, messages=messages, **given)


def contents(found: Window) -> list[str]:
    return [one["content"] for one in found.messages]


def test_the_stored_past_goes_before_the_request(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(1, text="Hi"), message(2, text="Hello", role="assistant")])
    found = window(source, [{"role": "system", "content": "Be brief."}, *ASK])
    assert contents(found) == ["Be brief.", "Hi", "Hello", "And now?"]
    assert [one["role"] for one in found.messages] == ["system", "user", "assistant", "user"]
    # "Hi", "Hello", "Be brief.", "And now?" are 1, 1, 3 and 3 tokens, 4 more each, and 3 for the reply
    assert (found.token_count, found.dropped_turns, found.source) == (27, 0, "postgresql")
    assert found.split == {"pinned": 0, "past": 0, "recent": 10, "evidence": 0, "documents": 0, "request": 17}
    assert [(one.kind, one.sequence, one.whole) for one in found.citations] == [
        ("recent", 1, True),
        ("recent", 2, True),
    ]
    assert found.citations[0].turn_id == message(1).event_id


def test_a_client_that_sends_the_whole_talk_gets_it_back_unchanged(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(1, text="Hi"), message(2, text="Hello", role="assistant")])
    sent = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello", "name": "bot"}, *ASK]
    found = window(source, sent)
    assert found.messages == sent
    assert found.dropped_turns == 0


def test_the_newest_system_turn_is_pinned_unless_the_request_brings_its_own(
    fresh: Settings, source: WindowSource
) -> None:
    said = [message(1, text="old rule", role="system"), message(2, text="new rule", role="system")]
    store(fresh, [*said, *(message(n, text="x" * 33) for n in range(3, 40))])
    assert contents(window(source, ASK, budget_tokens=100))[0] == "new rule"
    own = window(source, [{"role": "system", "content": "own rule"}, *ASK], budget_tokens=100)
    assert contents(own)[0] == "own rule"
    assert "new rule" not in contents(own)


def test_another_tenants_conversation_of_the_same_name_is_never_read(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(1, text="secret", tenant_id="theirs")])
    assert contents(window(source, ASK)) == ["And now?"]


def test_a_talk_of_thousands_of_short_turns_is_sent_as_it_is_where_it_fits(
    fresh: Settings, source: WindowSource
) -> None:
    store(fresh, [message(n, text=f"number {n}") for n in range(1, 3_001)])
    found = window(source, ASK)  # some 21,000 tokens of 109,383
    assert contents(found) == [*(f"number {n}" for n in range(1, 3_001)), "And now?"]
    assert (found.dropped_turns, found.gaps) == (0, ())


def test_an_unknown_conversation_is_just_the_request(source: WindowSource) -> None:
    found = window(source, ASK, conversation_id="nobody's")
    assert (found.messages, found.dropped_turns, found.source) == (ASK, 0, "postgresql")


def long_talk(settings: Settings, turns: int = 240) -> None:
    migrations.apply(settings)
    said = [
        message(n, text=f"Note {n}: host H{n} has port {20_000 + n}, and it was not moved. Fine.", at_s=60 * n)
        for n in range(1, turns + 1)
    ]
    store(settings, said)


def test_a_long_talk_is_its_shortened_past_its_end_what_weighs_most_and_the_question(
    fresh: Settings, source: WindowSource
) -> None:
    long_talk(fresh)
    found = window(source, ASK, budget_tokens=2_000)
    assert found.token_count <= 2_000
    assert sum(found.split.values()) == found.token_count
    kinds = [one.kind for one in found.citations]
    assert set(kinds) == {"past", "recent", "evidence"}
    assert kinds == sorted(kinds, key=["past", "recent", "evidence"].index)
    texts = contents(found)
    assert texts[0].startswith("(Turns ")
    assert texts[1].startswith("Note ")
    assert texts[-2].startswith("(Found in earlier turns")
    assert texts[-1] == "And now?"
    recent = [one.sequence for one in found.citations if one.kind == "recent"]
    assert recent == list(range(recent[0], 241))
    evidence = [one.sequence for one in found.citations if one.kind == "evidence"]
    assert evidence == sorted(evidence)
    assert not set(evidence) & set(recent)
    missing = {n for first, last in found.gaps for n in range(first, last + 1)}
    assert missing == set(range(1, 241)) - set(found.cited_sequences)
    assert found.dropped_turns == len(missing)
    # each cited turn's line is there, and a gap is marked where turns were left out
    assert all(f"#{n} u: " in texts[-2] for n in evidence)
    assert "…" in texts[-2] or evidence == list(range(evidence[0], evidence[-1] + 1))


def test_the_same_window_twice_is_the_same_and_after_a_restart_too(fresh: Settings, source: WindowSource) -> None:
    long_talk(fresh)
    first, again = (window(source, ASK, budget_tokens=2_000) for _ in range(2))
    with closing(WindowSource(fresh)) as other:
        restarted = window(other, ASK, budget_tokens=2_000)
    assert first.messages == again.messages == restarted.messages
    assert (first.stable_prefix_ratio, again.stable_prefix_ratio, restarted.stable_prefix_ratio) == (None, 1.0, None)


def test_the_beginning_stays_while_the_talk_grows(fresh: Settings, source: WindowSource) -> None:
    long_talk(fresh)
    ratios = []
    for n in range(241, 261):
        found = window(source, [{"role": "user", "content": f"What of H{n - 200}?"}], budget_tokens=4_000)
        ratios.append(found.stable_prefix_ratio)
        store(fresh, [message(n, text=f"Note {n}: host H{n} has port {20_000 + n}.", at_s=60 * n)])
    ratios = [one for one in ratios if one is not None]
    # the past and the recent turns are at least a fifth of the window, and the beginning moves only now and then
    assert sum(one > 0.2 for one in ratios) >= 16


class Found:
    def __init__(self, sequence: int, score: float) -> None:
        self.turn_id, self.sequence, self.score = f"id{sequence}", sequence, score


class WordSearch:
    """A search whose answer the test knows: turns 17 and 5, the better one first."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, list[str], str]] = []

    def search(self, tenant_id: str, *, conversation_ids: Any, query: str, k: int, asked_at: Any = None) -> list[Found]:
        self.asked.append((tenant_id, list(conversation_ids), query))
        return [Found(17, 0.9), Found(5, 0.4), Found(9_999, 0.3)][:k]


def test_what_is_found_stands_next_to_the_question_in_order_with_its_citations(fresh: Settings) -> None:
    long_talk(fresh)
    search = WordSearch()
    with closing(WindowSource(fresh, search=search)) as source:
        found = window(source, [{"role": "user", "content": "Which port has H17?"}], budget_tokens=2_000)
    assert search.asked == [("default", ["c"], "Which port has H17?")]
    lines = contents(found)[-2].splitlines()
    assert [line for line in lines if line.startswith(("#5 ", "#17 "))] == [
        "#5 u: Note 5: host H5 has port 20005, and it was not moved. Fine.",
        "#17 u: Note 17: host H17 has port 20017, and it was not moved. Fine.",
    ]
    cited = {one.sequence: one for one in found.citations if one.kind == "evidence"}
    assert (cited[17].turn_id, cited[17].score, cited[5].score) == (message(17).event_id, 0.9, 0.4)
    assert 9_999 not in cited


def test_the_turns_that_answer_are_found_and_their_segments_are_used(fresh: Settings, source: WindowSource) -> None:
    long_talk(fresh)
    found = window(source, [{"role": "user", "content": "Which port does host H17 have?"}], budget_tokens=2_000)
    evidence = [one for one in found.citations if one.kind == "evidence"]
    best = max(evidence, key=lambda one: one.score)
    assert best.sequence == 17
    assert best.whole
    used = {one.sequence for one in evidence}

    def counted() -> bool:
        segments = frames.segments(fresh, conversation_id="c").to_dicts()
        expected = {s["segment"] for s in segments if any(s["first_sequence"] <= n <= s["last_sequence"] for n in used)}
        return {s["segment"] for s in segments if s["used_count"] == 1 and s["heat"] > 0} == expected != set()

    eventually(counted, "the segments of what was found count as used once")


def test_a_pinned_turn_is_in_every_window(fresh: Settings, source: WindowSource) -> None:
    long_talk(fresh)
    with connect(fresh.postgresql, autocommit=True) as connection:
        mark_turn(connection, "default", conversation_id="c", turn_id=message(42).event_id, pinned=True)
    found = window(source, ASK, budget_tokens=2_000)
    assert [one.sequence for one in found.citations if one.kind == "pinned"] == [42]
    assert "#42 u: Note 42: host H42 has port 20042" in contents(found)[0]
    assert 42 not in [one.sequence for one in found.citations if one.kind == "evidence"]
    theirs = window(source, ASK, budget_tokens=2_000, tenant_id="theirs")
    assert theirs.split["pinned"] == 0


class Papers:
    """A document search whose answer the test knows."""

    class Part:
        document_id, title, position, text = "d1", "Handbook", 3, "Port 20017 is reserved for host H17."

    def search(self, tenant_id: str, query: str, k: int) -> list[Any]:
        other = type("Other", (self.Part,), {"document_id": "d2", "text": "The port of Hamburg has many ships."})
        return [other(), self.Part()] if tenant_id == "default" else []


def test_documents_are_a_second_source_with_their_own_share_and_citations(fresh: Settings) -> None:
    long_talk(fresh)
    with closing(WindowSource(fresh, documents=Papers())) as source:
        asked = [{"role": "user", "content": "Which port is reserved for H17?"}]
        found = window(source, asked, budget_tokens=2_000)
        theirs = window(source, asked, budget_tokens=2_000, tenant_id="theirs")
    assert contents(found)[-2].endswith("\n\n[Handbook #3] Port 20017 is reserved for host H17.")
    assert 0 < found.split["documents"] <= 400
    [cited] = [one for one in found.citations if one.kind == "documents"]
    assert (cited.document_id, cited.position, cited.turn_id) == ("d1", 3, "")
    assert theirs.split["documents"] == 0


def test_each_provider_gets_its_own_format(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(1, text="Hi"), message(2, text="Hello", role="assistant")])
    asked = [{"role": "system", "content": "Be brief."}, *ASK]
    claude = window(source, asked, model="claude-3-haiku").request
    assert claude["system"] == "Be brief."
    assert [one["role"] for one in claude["messages"]] == ["user", "assistant", "user"]
    gemini = window(source, asked, provider="gemini").request
    assert [one["role"] for one in gemini["contents"]] == ["user", "model", "user"]
    assert "prompt" in window(source, asked, provider="plain").request
    assert window(source, asked, model="my-own-model").request["messages"][-1] == ASK[0]


def test_an_edited_turn_is_shown_as_it_reads_now_and_a_deleted_one_not_at_all(
    fresh: Settings, source: WindowSource
) -> None:
    store(fresh, [message(1, text="The code is 1111."), message(2, text="Forget me.")])
    store(fresh, [edited(1, "The code is 2222."), deleted(2)])
    assert contents(window(source, ASK)) == ["The code is 2222.", "And now?"]


def test_a_message_larger_than_the_window_is_cut_in_its_middle_when_asked_for(source: WindowSource) -> None:
    large = [{"role": "user", "content": "BEGIN " + "x y z " * 4_000 + "END"}]
    with pytest.raises(UsageError, match="larger window"):
        window(source, large, budget_tokens=500)
    found = window(source, large, budget_tokens=500, oversize="cut")
    [text] = contents(found)
    assert found.cut
    assert 400 < found.token_count <= 500
    assert text.startswith("BEGIN x y z")
    assert text.endswith("x y z END")
    assert "characters left out here" in text


def test_a_hundred_thousand_words_in_one_turn_do_not_push_out_the_rest(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(1, text="The key is under the mat."), message(2, text="log line 17 failed. " * 20_000)])
    store(fresh, [message(n, text=f"Note {n}.") for n in range(3, 60)])
    found = window(source, ASK, budget_tokens=1_000)
    assert found.token_count <= 1_000
    assert 59 in found.cited_sequences


def test_a_conversation_beyond_the_models_window_still_fits(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(n, text="word " * 200, role=("user", "assistant")[n % 2], at_s=n) for n in range(1, 61)])
    found = window(source, ASK, model="gpt-4")  # 8,192 tokens; the talk has about 18,000
    assert found.token_count <= found.budget_tokens < 8_192
    assert found.dropped_turns > 20
    composition = frames.window_composition(fresh, conversation_id="c", budget_tokens=found.budget_tokens)
    assert composition["turns"].sum() == 60
    assert composition["turns_in_window"].to_list()[0] == 0
    assert composition["turns_in_window"].sum() + composition["turns_beyond_window"].sum() == 60


def test_a_request_over_the_budget_is_the_clients_to_shorten(source: WindowSource) -> None:
    with pytest.raises(UsageError, match="choose a model with a larger window"):
        window(source, [{"role": "user", "content": "x" * 4_000}], budget_tokens=500)


def test_without_postgresql_the_request_alone_makes_the_window_and_the_breaker_opens(
    fresh: Settings, source: WindowSource, servers: Servers
) -> None:
    store(fresh, [message(1, text="Hi")])
    with servers.gone("postgresql"):
        for _ in range(fresh.breaker.min_calls):
            found = window(source, ASK)
            assert (found.messages, found.source) == (ASK, "request")
        assert source.breaker.snapshot().state == "open"
        assert window(source, ASK).source == "request"
        assert source.breaker.snapshot().rejected == 1
    again = WindowSource(fresh)
    assert contents(window(again, ASK)) == ["Hi", "And now?"]
    again.close()


def test_many_threads_share_one_source(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(n, conversation_id=f"c{n % 4}", text=f"c{n % 4}") for n in range(40)])
    wrong: list[str] = []

    def ask(name: str) -> None:
        for _ in range(25):
            found = window(source, ASK, conversation_id=name)
            if contents(found) != [name] * 10 + ["And now?"]:
                wrong.append(f"{name}: {found}")

    threads = [threading.Thread(target=ask, args=(f"c{n % 4}",)) for n in range(16)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert wrong == []


def test_any_talk_and_any_request_fit_any_budget(fresh: Settings, source: WindowSource) -> None:
    roles = st.sampled_from(["system", "user", "assistant", "tool"])
    said = st.lists(st.tuples(roles, st.text(alphabet="ab ", max_size=400), st.integers(0, 4_000)), max_size=25)
    sent = st.lists(st.tuples(roles, st.text(alphabet="ab ", max_size=80)), max_size=6)
    tries = iter(range(10_000))

    @example_settings(max_examples=40, deadline=None)
    @given(said, sent, st.integers(30, 1_500))
    def check(said: list[tuple[str, str, int]], sent: list[tuple[str, str]], budget: int) -> None:
        name = f"c{next(tries)}"
        turns = [
            message(n, text=text, role=role, at_s=at, conversation_id=name) for n, (role, text, at) in enumerate(said)
        ]
        store(fresh, turns)
        messages = [{"role": role, "content": text} for role, text in sent] + ASK
        try:
            found = window(source, messages, conversation_id=name, budget_tokens=budget)
        except UsageError:
            return
        assert found.token_count <= budget
        assert found.source == "postgresql"
        assert found.messages[-1] == ASK[0]
        known = {text for _, text, _ in said} | {f"Result of a tool: {text}" for _, text, _ in said}
        blocks = [one["content"] for one in found.messages if one["content"].startswith(("(Turns", "(Found"))]
        plain = {one["content"] for one in found.messages} - set(blocks)
        assert plain <= known | {one["content"] for one in messages}
        assert sum(found.split.values()) == found.token_count
        assert len(found.messages) <= len(said) + len(messages) + 2

    check()
