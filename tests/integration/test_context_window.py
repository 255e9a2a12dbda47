"""A chat request's window from real stored turns: nothing twice, nothing of others, always within the budget."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from tests.integration.context_batches import deliveries, message
from tests.stack_faults import Servers
from workbench.database import frames, migrations
from workbench.errors import UsageError
from workbench.events.envelope import Event
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
    # stored turns at 3.3 characters a token: 1 + 4, 2 + 4; sent ones at 4: 3 + 4, 2 + 4; the reply 3
    assert (found.token_count, found.dropped_turns, found.source) == (27, 0, "postgresql")


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


def test_an_unknown_conversation_is_just_the_request(source: WindowSource) -> None:
    found = window(source, ASK, conversation_id="nobody's")
    assert (found.messages, found.dropped_turns, found.source) == (ASK, 0, "postgresql")


def test_a_long_talk_keeps_its_end_and_brings_back_the_segments_of_highest_priority(
    fresh: Settings, source: WindowSource
) -> None:
    # 120 turns of 100 + 4 tokens: 6 segments of 20 turns; the first one states facts and commitments
    plain = "word" + " word" * 99
    fact = "We decided that you must use port" + " word" * 91 + " 9"
    turns = [message(n, text=fact if n <= 20 else plain, at_s=n) for n in range(1, 121)]
    store(fresh, turns)
    by_priority = frames.segments(fresh, conversation_id="c")
    # segment 6 ends at 12,000 tokens: log2(1 + 1) + 12,000/16,000 = 1.75; segment 1 decides, commits and has numbers:
    # log2(1 + 1 + 1 + 1 + 1) + 2,000/16,000
    assert by_priority["segment"].to_list() == [1, 6, 5, 4, 3, 2]
    assert by_priority["priority"].to_list()[:2] == [pytest.approx(2.446928), pytest.approx(1.75)]
    found = window(source, ASK, budget_tokens=7_500)
    assert found.segments_used == (1,)
    assert found.token_count <= 7_500
    texts = contents(found)
    assert texts[:20] == [fact] * 20
    assert texts[-1] == "And now?"
    # 7,500 - 6 - 3 = 7,491 free; the first segment costs 2,080; 5,411 / 104 = 52 newest turns
    assert len(texts) == 20 + 52 + 1
    assert found.dropped_turns == 120 - 72


def test_a_conversation_beyond_the_models_window_still_fits(fresh: Settings, source: WindowSource) -> None:
    store(fresh, [message(n, text="word " * 200, role=("user", "assistant")[n % 2], at_s=n) for n in range(1, 61)])
    found = window(source, ASK, model="gpt-4")  # 8,192 tokens; the talk has about 18,000
    assert found.token_count <= found.budget_tokens < 8_192
    assert found.dropped_turns > 30
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
        assert {one["content"] for one in found.messages} <= known | {one["content"] for one in messages}
        assert len(found.messages) <= len(said) + len(messages)

    check()
