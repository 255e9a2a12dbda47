"""Module 3: send a conversation through the chat API, then read its entity graph.

The query is checked on two small conversations of the check's own, which go through the real pipeline
once (their events have fixed ids, a repeat changes nothing): ``data/conversations.toml`` of the exercise.
"""

import json
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from workbench.course.checks.cypher import Answer, run_cypher
from workbench.course.checks.services import chat_and_graph, wait_until_quiet
from workbench.course.checks.verdict import NotYetError, Verdict
from workbench.course.library import exercises_folder
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import Message
from workbench.graph.message_rows import EXCERPT_CHARS
from workbench.pipelines.play import ChatService
from workbench.pipelines.publish import open_publisher
from workbench.providers.recordings import recordings
from workbench.settings import Settings

TENANT = "course"
COLUMNS = ("from_name", "relationship_type", "to_name")
SEND_S = 120.0
_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
_SHOWN = 5

Row = tuple[Any, ...]


def _own_data() -> dict[str, Any]:
    path = exercises_folder() / "03_knowledge_graph" / "entity_graph" / "data" / "conversations.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _questions(data: dict[str, Any]) -> list[str]:
    """What the user of a recorded conversation said first: the replay provider has the answers."""
    (recording,) = [one for one in recordings("technical") if one.conversation_id == data["recording"]]
    return [turn.text for turn in recording.turns if turn.role == "user"][: data["questions"]]


def own_events(data: dict[str, Any]) -> list[Event]:
    """The check's own conversations as events with fixed ids."""
    events: list[Event] = []
    for conversation in data["conversation"]:
        name = conversation["conversation_id"]
        for number, (role, text) in enumerate(conversation["turns"]):
            events.append(
                make_event(
                    "message.added",
                    Message(role=role, text=text, source="exercise"),
                    event_id=event_id_of("exercise", f"{name}\x1f{role}\x1f{text}".encode(), number),
                    occurred_at=_AT + timedelta(minutes=number),
                    conversation_id=name,
                    session_id=name,
                    user_id="exercise",
                    tenant_id=TENANT,
                    source_sequence=number + 1,
                )
            )
    return events


def check(settings: Settings, folder: Path) -> Verdict:
    """Check both files in `folder`, with the API and a graph worker started for it if need be."""
    with chat_and_graph(settings) as service:
        return judge(settings, service, folder)


def judge(settings: Settings, service: ChatService, folder: Path) -> Verdict:
    """Check both files in `folder` while the API and a graph worker run."""
    data = _own_data()
    with open_publisher(settings) as publisher:
        publisher.publish(own_events(data))
        publisher.flush()
    conversation_id = f"exercise-03-{uuid4().hex[:12]}"
    try:
        _check_sending(settings, service, folder / "send_conversation.py", _questions(data), conversation_id)
        _check_query(settings, folder / "entity_graph.cypher", data, conversation_id)
    except NotYetError as answer:
        return Verdict(False, str(answer), answer.details)
    return Verdict(True, "Your conversation went through the API, and your query reads its entity graph.")


def _check_sending(
    settings: Settings, service: ChatService, path: Path, questions: Sequence[str], conversation_id: str
) -> None:
    given = {
        "address": service.address,
        "token": service.token,
        "conversation_id": conversation_id,
        "questions": list(questions),
    }
    command = [sys.executable, "-m", "workbench.course.checks.learner_send", str(path)]
    try:
        done = subprocess.run(
            command, input=json.dumps(given), capture_output=True, text=True, timeout=SEND_S, check=False
        )
        said = json.loads(done.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        raise NotYetError(f"send_conversation.py did not end within {SEND_S:.0f} s.") from None
    except (ValueError, IndexError):
        raise NotYetError("send_conversation.py ended without an answer.", done.stderr.splitlines()[-_SHOWN:]) from None
    if "error" in said:
        raise NotYetError(f"send_conversation.py stopped in {said['error']}")
    wait_until_quiet(settings)
    _check_arrived(settings, questions, said["answers"], conversation_id)


def _check_arrived(settings: Settings, questions: Sequence[str], answers: object, conversation_id: str) -> None:
    reference = exercises_folder() / "03_knowledge_graph" / "entity_graph" / "data" / "messages.cypher"
    rows = run_cypher(settings, reference, conversation_id=conversation_id).rows
    asked = [text for role, text in rows if role == "user"]
    if not asked:
        raise NotYetError(
            "No question has arrived in the conversation: post each one to /v1/chat/completions with conversation_id."
        )
    expected = [question[:EXCERPT_CHARS] for question in questions]
    if sorted(asked) != sorted(expected):
        raise NotYetError(
            f"The conversation holds {len(asked)} of the {len(questions)} questions: send every one, each once.", asked
        )
    if asked != expected:
        raise NotYetError(
            "The questions arrived in another order: send them one after the other, as they are given.", asked
        )
    replies = [text for role, text in rows if role == "assistant"]
    if not isinstance(answers, list) or len(answers) != len(questions) or not all(answers):
        raise NotYetError(
            "send_conversation must return one answer per question: the content of the first choice's message."
        )
    if [str(answer)[: len(text)] for answer, text in zip(answers, replies, strict=False)] != replies:
        raise NotYetError(
            "The returned answers are not those of the API: return the content of the first choice's message."
        )


def _check_query(settings: Settings, path: Path, data: dict[str, Any], conversation_id: str) -> None:
    name = data["conversation"][0]["conversation_id"]
    answer = run_cypher(settings, path, conversation_id=name)
    compare(answer, [tuple(value or None for value in row) for row in data["expected"]], known=_names(data))
    if not run_cypher(settings, path, conversation_id=conversation_id).rows:
        raise NotYetError("Your query finds nothing in the conversation that you have sent.")


def _names(data: dict[str, Any]) -> set[str]:
    return {value for row in data["expected"] for value in (row[0], row[2]) if value}


def _listed(rows: Iterable[Row]) -> list[str]:
    shown = sorted(rows, key=str)
    lines = [f"({one[0]})-[{one[1]}]->({one[2]})" if one[1] else f"({one[0]}) without a link" for one in shown[:_SHOWN]]
    return [*lines, f"and {len(shown) - _SHOWN} more"] if len(shown) > _SHOWN else lines


def compare(answer: Answer, expected: Sequence[Row], *, known: set[str]) -> None:
    """Nothing when the answer's rows are the expected ones, in any order.

    Parameters
    ----------
    answer : Answer
    expected : sequence of tuple
    known : set of str
        Names of the conversation's entities.

    Raises
    ------
    CheckFailedError
        With a sentence for the learner.
    """
    answer.require(COLUMNS)
    if not answer.rows:
        raise NotYetError("Your query returns no row for a conversation that names entities.")
    found, wanted = Counter(answer.rows), Counter(expected)
    extra, missing = set(found) - set(wanted), set(wanted) - set(found)
    if strangers := {row for row in extra if row[0] not in known}:
        raise NotYetError(
            "There are entities of other conversations: begin at the conversation with that id.", _listed(strangers)
        )
    if turned := {row for row in extra if (row[2], row[1], row[0]) in wanted}:
        raise NotYetError(
            "Links appear the wrong way round: a link goes from its source to its target.", _listed(turned)
        )
    if elsewhere := {row for row in extra if row[1] is not None}:
        raise NotYetError(
            "There are links that another conversation stated: look at the message that a link's evidence names.",
            _listed(elsewhere),
        )
    if alone := {row for row in missing if row[1] is None}:
        raise NotYetError("Entities at which no link starts are missing: the full graph has them too.", _listed(alone))
    if missing:
        raise NotYetError("Links are missing.", _listed(missing))
    if extra:
        raise NotYetError("Entities at which a link starts have a row without one, too.", _listed(extra))
    if repeated := {row for row, count in found.items() if count > 1}:
        raise NotYetError("Rows come more than once: an entity is named by several messages.", _listed(repeated))
