"""Module 4: a conversation that outgrows a window, and a question that needs what was said at its beginning.

Judged by what PostgreSQL holds of the conversation, and by the turns that the learner reports to have been in the
window.
"""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

from workbench.context.turns import Turn
from workbench.context.window import newest_that_fit, turn_cost
from workbench.course.checks.services import chat_and_worker, wait_until_quiet
from workbench.course.checks.verdict import NotYetError, Verdict
from workbench.course.environment import kernel_environment
from workbench.course.library import exercises_folder
from workbench.database.frames import conversation_turns
from workbench.pipelines.play import ChatService
from workbench.providers.recordings import recordings
from workbench.settings import Settings

RUN_S = 120.0
KEYS = ("stored_tokens", "window_tokens", "left_out_turns", "found_turns", "answer")
_SHOWN = 5


def own_data() -> dict[str, Any]:
    """What is sent, asked and needed, and the size of the window."""
    path = exercises_folder() / "04_infinite_context" / "beyond_the_window" / "data" / "conversation.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {one.conversation_id: one for one in recordings("technical")}
    turns = [turn.text for name in data["recordings"] for turn in known[name].turns if turn.role == "user"]
    return {**data, "turns": turns, "question": known[data["question"]].turns[0].text}


def check(settings: Settings, folder: Path) -> Verdict:
    """Check ``beyond_the_window.py`` in `folder`, with the API and a context worker started for it if need be."""
    with chat_and_worker(settings, "context") as service:
        return judge(settings, service, folder)


def judge(settings: Settings, service: ChatService, folder: Path) -> Verdict:
    """Check it while the API and a context worker run."""
    given = own_case(service)
    try:
        found = _run(settings, folder / "beyond_the_window.py", given)
    except NotYetError as error:
        return Verdict(False, str(error), error.details)
    wait_until_quiet(settings, hops=("context",))
    return verdict_on(settings, found, given)


def own_case(service: ChatService) -> dict[str, Any]:
    """What `workbench.course.checks.learner_prove` is given: a conversation of its own each time."""
    conversation_id = f"exercise-04-{uuid4().hex[:12]}"
    return {"address": service.address, "token": service.token, "conversation_id": conversation_id, **own_data()}


def verdict_on(settings: Settings, found: Mapping[str, Any], given: Mapping[str, Any]) -> Verdict:
    """The verdict on what a learner's file did and reports, when everything that it sent is stored."""
    if "error" in found:
        return Verdict(False, f"beyond_the_window.py stopped in {found['error']}")
    try:
        turns = stored_turns(settings, given["conversation_id"])
        said = _check_sent(turns, given)
        _check_report(found["report"], said, answer=turns[-1].text, window_tokens=given["window_tokens"])
        _check_window(found["report"], said, given)
    except NotYetError as error:
        return Verdict(False, str(error), error.details)
    size = sum(map(turn_cost, said)) / given["window_tokens"]
    return Verdict(True, f"The conversation has {size:.1f} windows, and what the question needs was in its window.")


def _run(settings: Settings, path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    command = [sys.executable, "-m", "workbench.course.checks.learner_prove", str(path)]
    options: dict[str, Any] = {"env": kernel_environment(settings, elsewhere=True), "capture_output": True}
    try:
        done = subprocess.run(
            command, input=json.dumps(given), text=True, timeout=RUN_S, check=False, **options
        )  # fmt: skip
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise NotYetError(f"beyond_the_window.py did not end within {RUN_S:.0f} s.") from None
    except (ValueError, IndexError):
        raise NotYetError("beyond_the_window.py cannot be run.", done.stderr.splitlines()[-_SHOWN:]) from None
    return found


def stored_turns(settings: Settings, conversation_id: str) -> list[Turn]:
    """The conversation as PostgreSQL has it."""
    found = conversation_turns(settings, conversation_id=conversation_id, tenant_id=settings.api.tenant)
    columns = found.select("sequence", "role", "text", "tokens", "occurred_at", "event_id")
    return [Turn(number, role, text or "", *rest) for number, role, text, *rest in columns.iter_rows()]


def _check_sent(turns: Sequence[Turn], data: Mapping[str, Any]) -> list[Turn]:
    """The turns before the question."""
    if not turns:
        raise NotYetError("No message has arrived in the conversation: each request needs its conversation_id.")
    asked = turns[-2:]
    if [turn.role for turn in asked] != ["user", "assistant"] or asked[0].text != data["question"]:
        raise NotYetError("The question was not asked in the conversation, after everything else.")
    before = list(turns[:-2])
    said = [turn.text for turn in before if turn.role == "user"]
    if sorted(said) != sorted(data["turns"]):
        count = len(set(said) & set(data["turns"]))
        raise NotYetError(f"The conversation holds {count} of the {len(data['turns'])} messages: send each one, once.")
    if said != data["turns"]:
        raise NotYetError("The messages arrived in another order: send them one after the other.")
    return before


def _check_report(report: object, said: Sequence[Turn], *, answer: str, window_tokens: int) -> None:
    if not isinstance(report, dict) or set(report) != set(KEYS) or not isinstance(report["found_turns"], list):
        raise NotYetError(f"prove must return a dict with {', '.join(KEYS)}.", [f"yours: {report!r}"[:120]])
    stored = sum(turn.tokens for turn in said)
    if report["stored_tokens"] != stored:
        raise NotYetError(
            f"stored_tokens is not {stored:,}: what the segments hold before the question is asked.",
            [f"yours: {report['stored_tokens']}"],
        )
    if not isinstance(report["window_tokens"], int) or report["window_tokens"] > window_tokens:
        raise NotYetError(
            f"Your window is too large: {report['window_tokens']} tokens, and {window_tokens} were to be had."
        )
    if report["answer"] != answer:
        raise NotYetError("The answer is not that of the API to the question.")


def _check_window(report: Mapping[str, Any], said: Sequence[Turn], data: Mapping[str, Any]) -> None:
    """The reported turns hold what the question needs, fit the window, and are not simply the newest ones."""
    by_number = {turn.sequence: turn for turn in said}
    found = [by_number[one] for one in report["found_turns"] if one in by_number]
    needed = [turn for turn in said if data["evidence"] in turn.text]
    tokens = sum(turn.tokens for turn in found)
    if tokens > data["window_tokens"]:
        raise NotYetError(
            f"The turns that you report have {tokens:,} tokens: a window of {data['window_tokens']} has no room."
        )
    if not {turn.sequence for turn in needed} <= {turn.sequence for turn in found}:
        fits = newest_that_fit(list(said), budget_tokens=data["window_tokens"])
        raise NotYetError(
            "The turns that you report do not hold what the question needs: it was said long before the newest ones.",
            [f"the newest {len(fits)} turns fit; yours: {report['found_turns']}"[:120]],
        )
    if not isinstance(report["left_out_turns"], int) or not 0 < report["left_out_turns"] < len(said):
        raise NotYetError("left_out_turns is not what the window says: its dropped_turns.")
