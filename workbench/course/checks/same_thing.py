"""Module 3: find the two sessions that speak of the same thing, on six sessions of the check's own.

They go through the real pipeline once, as events of a tenant of their own with fixed ids: a repeat changes nothing.
"""

import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from workbench.course.checks.cypher import Answer, run_cypher
from workbench.course.checks.services import graph_worker, wait_until_quiet
from workbench.course.checks.verdict import NotYetError, Verdict
from workbench.course.library import exercises_folder
from workbench.errors import CheckFailedError
from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import EntityUpdate, Mention, Message, RelationshipUpdate
from workbench.pipelines.publish import open_publisher
from workbench.settings import Settings

TENANT = "course-same-thing"
COLUMNS = ("session_a", "session_b", "name_a", "name_b")
_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)

Row = tuple[Any, ...]


def own_data() -> dict[str, Any]:
    """Sessions, links and the expected rows."""
    path = exercises_folder() / "03_knowledge_graph" / "same_thing" / "data" / "sessions.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def own_events(data: dict[str, Any]) -> list[Event]:
    """Messages with the entities that they name, and the links, as events with fixed ids."""
    events: list[Event] = []
    for number, session in enumerate(data["session"]):
        name, names = session["session_id"], session["names"]
        text = f"we spoke about {' and '.join(names)} again"
        message_id = event_id_of("exercise", f"{TENANT}\x1f{name}".encode(), number)
        message = Message(role="user", text=text, source="exercise")
        events.append(_event("message.added", message, name, number, event_id=message_id))
        for one in names:
            start = text.index(one)
            mention = Mention(
                message_id=message_id, start=start, end=start + len(one), text=one, confidence=1.0, method="exercise"
            )
            entity = EntityUpdate(entity_id=_id(one), entity_type="thing", name=one, mention=mention)
            events.append(_event("entity.created", entity, name, number))
    for number, link in enumerate(data["link"], start=len(data["session"])):
        events += _link_events(link, number, message_id=events[0].event_id)
    return events


def _link_events(link: dict[str, Any], number: int, *, message_id: str) -> list[Event]:
    first, second = link["names"]
    told = RelationshipUpdate(
        relationship_id=f"exercise:{first}:{second}",
        relationship_type=link["type"],
        from_entity_id=_id(first),
        to_entity_id=_id(second),
        evidence=Mention(
            message_id=message_id, start=0, end=2, text="we", confidence=link["confidence"], method="exercise"
        ),
    )
    found = [_event("relationship.created", told, "session-1", number)]
    if link.get("withdrawn"):
        found.append(_event("relationship.deleted", told, "session-1", number + 100))
    return found


def _id(name: str) -> str:
    return f"thing:{name}"


def _event(event_type: str, payload: Any, session: str, minute: int, *, event_id: str = "") -> Event:
    told = f"{event_type}\x1f{session}\x1f{payload}"
    return make_event(
        event_type,
        payload,
        event_id=event_id or event_id_of("exercise", f"{TENANT}\x1f{told}".encode(), minute),
        occurred_at=_AT + timedelta(minutes=minute),
        conversation_id=session,
        session_id=session,
        user_id="exercise",
        tenant_id=TENANT,
        source_sequence=minute + 1,
    )


def check(settings: Settings, folder: Path) -> Verdict:
    """Check ``same_thing.cypher`` in `folder`, with a graph worker started for it."""
    with graph_worker(settings):
        return judge(settings, folder)


def judge(settings: Settings, folder: Path) -> Verdict:
    """Check it while a graph worker runs."""
    data = own_data()
    with open_publisher(settings) as publisher:
        if publisher.publish(own_events(data)).added:
            publisher.flush()
            wait_until_quiet(settings)
    given = {"tenant_id": TENANT, "min_confidence": data["min_confidence"]}
    try:
        compare(run_cypher(settings, folder / "same_thing.cypher", **given), data)
    except CheckFailedError as error:
        return Verdict(False, str(error), getattr(error, "details", ()))
    return Verdict(True, "These are the two: your query finds them by what is held to be the same, not by the word.")


def _shown(rows: Iterable[Row]) -> list[str]:
    return [f"{a} and {b}: {name} = {other}" for a, b, name, other in sorted(rows, key=str)]


def compare(answer: Answer, data: dict[str, Any]) -> None:
    """Nothing when the answer's rows are the expected ones.

    Raises
    ------
    CheckFailedError
        With a sentence for the learner.
    """
    answer.require(COLUMNS)
    wanted = {tuple(row) for row in data["expected"]}
    extra = set(answer.rows) - wanted
    links = {frozenset(link["names"]): link for link in data["link"]}
    if turned := {row for row in extra if (row[1], row[0], row[3], row[2]) in wanted}:
        raise NotYetError("Each pair belongs in the answer once: session_a comes before session_b.", _shown(turned))
    if alone := {row for row in extra if row[0] == row[1]}:
        raise NotYetError("A session is paired with itself: two different sessions are asked for.", _shown(alone))
    for row in sorted(extra, key=str):
        link = links.get(frozenset(row[2:]))
        if row[2] == row[3]:
            said = "Both sessions use the same word; asked for are two names of one thing: follow SAME_AS."
        elif link is None:
            said = "These two names are not linked at all."
        elif link["type"] != "SAME_AS":
            said = f"A link {link['type']} does not make two names one thing."
        elif link.get("withdrawn"):
            said = "This link was withdrawn: what holds has neither valid_to nor superseded_at."
        elif link["confidence"] < data["min_confidence"]:
            said = "This link is not sure enough: its confidence must reach $min_confidence."
        else:
            said = "These sessions do not use these names."
        raise NotYetError(said, _shown([row]))
    if missing := wanted - set(answer.rows):
        found = "no pair" if not answer.rows else "not the right pair"
        raise NotYetError(
            f"Your query finds {found}: look across SAME_AS in both directions.", [f"{len(missing)} missing"]
        )
    if len(answer.rows) > len(wanted):
        raise NotYetError("A pair comes more than once: messages name a thing several times.")
