"""Windows from turns in memory: any talk fits any budget, with gaps and citations that are true."""

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.catalogue.tokenizers import tokenizer_of
from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens
from workbench.context.assembly import Parts, assemble
from workbench.context.layout import RECENT_RATIO, gaps_between
from workbench.context.oversize import cut_to_fit
from workbench.context.requests import read_messages
from workbench.context.sources import Ask
from workbench.context.turns import Turn
from workbench.context.window import REPLY_OVERHEAD_TOKENS, fit_request
from workbench.errors import UsageError
from workbench.events.payloads import Role
from workbench.pipelines.replayed_past import ReplayedPast

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def turns_of(said: list[tuple[Role, str]]) -> list[Turn]:
    return [
        Turn(n, role, text, count_tokens(text), NOON + timedelta(minutes=n), f"id{n}", "default/ana")
        for n, (role, text) in enumerate(said, 1)
    ]


def ask(messages: list[dict[str, Any]], budget: int, *, model: str = "gpt-4o") -> Ask:
    request = fit_request(
        read_messages(messages, model), budget_tokens=budget, recent_tokens=int(budget * RECENT_RATIO)
    )
    return Ask(request, budget, tokenizer_of(model), str(messages[-1]["content"]), "hybrid")


def built(past: ReplayedPast, asked: Ask) -> tuple[Parts, list[dict[str, Any]]]:
    parts = assemble(past, asked, chunks=())
    return parts, parts.messages(asked.request)


NOTES: list[tuple[Role, str]] = [("user", f"Note {n}: host H{n} has port {20_000 + n}.") for n in range(1, 301)]


def test_an_empty_conversation_is_just_the_request() -> None:
    messages = [{"role": "user", "content": "Hi"}]
    parts, window = built(ReplayedPast([], complete=True), ask(messages, 500))
    assert window == messages
    assert list(parts.citations()) == []


def test_what_was_found_stands_before_the_question_and_after_everything_else() -> None:
    messages = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Which port has H7?"}]
    parts, window = built(ReplayedPast(turns_of(NOTES), complete=True), ask(messages, 1_500))
    assert window[0] == messages[0]
    assert window[-1] == messages[1]
    assert "#7 ana: Note 7: host H7 has port 20007." in window[-2]["content"]
    assert parts.evidence.citations[0].sequence <= 7


def test_a_tools_answer_is_never_parted_from_its_call_by_what_was_found() -> None:
    call = {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "function": {"name": "H7"}}]}
    messages = [
        {"role": "user", "content": "Look up H7."},
        call,
        {"role": "tool", "content": "20007", "tool_call_id": "x"},
    ]
    _, window = built(ReplayedPast(turns_of(NOTES), complete=True), ask(messages, 1_500))
    assert window[-2:] == messages[-2:]


def test_a_talk_that_the_client_sends_and_that_is_too_long_leaves_room_for_what_is_older() -> None:
    said = turns_of(NOTES)
    messages = [{"role": turn.role, "content": turn.text} for turn in said]
    messages.append({"role": "user", "content": "Which port has H7?"})
    parts, window = built(ReplayedPast(said, complete=True), ask(messages, 1_500))
    kept = [int(one["content"].split()[1][:-1]) for one in window if one["content"].startswith("Note")]
    assert kept == list(range(kept[0], 301))  # without a gap, and nothing twice
    assert 100 < kept[0] < 290
    assert 7 in [one.sequence for one in parts.evidence.citations]


def test_a_hundred_thousand_turns_are_assembled_while_somebody_waits() -> None:
    said = [Turn(n, "user", f"Note {n}.", 4, NOON, f"id{n}") for n in range(1, 100_001)]
    started = time.process_time()
    parts, _ = built(ReplayedPast(said, complete=True), ask([{"role": "user", "content": "What of 7?"}], 4_000))
    assert time.process_time() - started < 20
    assert parts.message_count == 100_000


def test_gaps_are_what_is_not_shown() -> None:
    assert gaps_between([], first=1, last=0) == ()
    assert gaps_between([2, 2, 5], first=1, last=5) == ((1, 1), (3, 4))


def test_only_a_text_is_cut_and_only_when_that_helps() -> None:
    large = read_messages([{"role": "user", "content": [{"type": "text", "text": "x " * 5_000}]}], "gpt-4o")
    assert cut_to_fit(large, budget_tokens=200, model="gpt-4o") == large
    tiny = read_messages([{"role": "user", "content": "x " * 5_000}], "gpt-4o")
    assert cut_to_fit(tiny, budget_tokens=20, model="gpt-4o") == tiny


_TEXT = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(["Kafka", "port 9092", "不", "🙂", "\n", "word " * 40, "<|endoftext|>"]), max_size=12).map(
        " ".join
    ),
)
_SAID = st.lists(st.tuples(st.sampled_from(["system", "user", "assistant", "tool"]), _TEXT), max_size=40)


@settings(max_examples=120, deadline=None)
@given(_SAID, _SAID, _TEXT, st.integers(20, 1_500), st.sampled_from(["gpt-4o", "claude-3-haiku", "llama-3.1-8b"]))
def test_any_talk_fits_any_budget(
    said: list[tuple[Role, str]], sent: list[tuple[Role, str]], question: str, budget: int, model: str
) -> None:
    messages: list[dict[str, Any]] = [{"role": role, "content": text} for role, text in sent]
    messages.append({"role": "user", "content": question})
    try:
        asked = ask(messages, budget, model=model)
    except UsageError:
        return
    parts, window = built(ReplayedPast(turns_of(said), complete=True), asked)
    split = parts.split(asked)
    assert sum(split.values()) <= budget
    spent = sum(asked.count(str(one["content"])) + MESSAGE_OVERHEAD_TOKENS for one in window)
    assert spent + REPLY_OVERHEAD_TOKENS <= max(budget, sum(split.values()))
    assert window[-1] == messages[-1]
    cited = [one.sequence for one in parts.citations()]
    assert set(cited) <= set(range(1, len(said) + 1))
