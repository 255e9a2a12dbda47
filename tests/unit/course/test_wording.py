"""Rows of the graph in words; expected values are worked out by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from workbench.course.views.wording import NO_REASON, because, message_of, overlapping, statements_of, with_facts
from workbench.graph.reading.columns import empty

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


def rows(query: str, *given: dict[str, Any]) -> pl.DataFrame:
    """Rows of a query's columns; what is not given is null."""
    schema = empty(query).schema
    return pl.DataFrame([{name: one.get(name) for name in schema} for one in given], schema=schema)


def mention(message: str, entity: str, minute: int = 0, **more: Any) -> dict[str, Any]:
    return {"message_id": message, "entity_id": entity, "occurred_at": AT + timedelta(minutes=minute), **more}


def test_the_message_that_names_most_is_shown_with_its_own_text() -> None:
    found = rows(
        "conversation_timeline",
        mention("m1", "kafka", role="user", text="Kafka", start=0, end=5),
        mention("m1", "kafka", role="user", text="Kafka", start=9, end=14),
        mention("m2", "kafka", 1, model_id="p/m", text="Kafka", start=0, end=5),
        mention("m2", "redis", 1, model_id="p/m", text="Redis", start=6, end=11),
    )
    shown = message_of(found, {"m2": "Kafka Redis"})
    assert (shown.title, shown.text) == ("p/m, 2026-01-31 12:01:00 UTC: 2 mentions", "Kafka Redis")


def test_a_short_message_is_shown_rather_than_a_huge_one_and_its_excerpt_when_nothing_else_is_known() -> None:
    found = rows(
        "conversation_timeline",
        mention("long", "kafka"),
        mention("long", "redis"),
        mention("short", "kafka", 1, role="user", excerpt="Kafka …"),
    )
    assert message_of(found, {"long": "x" * 2_000}).text == "Kafka …"


def fact(event: str, start: int, end: int | None, *, kind: str = "link", other: str = "Acme") -> dict[str, Any]:
    return {
        "event_id": event, "kind": kind, "entity_id": "ada", "relationship_type": "WORKS_AT", "forward": True,
        "other_entity_id": other.lower(), "other_name": other, "text": "said", "valid_from": AT + timedelta(days=start),
        "valid_to": None if end is None else AT + timedelta(days=end),
    }  # fmt: skip


def test_each_row_of_a_timeline_says_what_it_is_about() -> None:
    told = with_facts(
        rows(
            "entity_timeline",
            fact("1", 0, 6),
            fact("2", 6, None) | {"forward": False, "other_name": None},
            fact("3", 0, None, kind="mention"),
            fact("4", 0, None, kind="description"),
            fact("5", 9, None, kind="deletion"),
        )
    )
    assert told["fact"].to_list() == [
        "WORKS_AT → Acme", "WORKS_AT ← acme", "mentioned", "described as said", "deleted",
    ]  # fmt: skip


def test_pieces_of_one_fact_overlap_when_one_begins_before_the_other_has_ended() -> None:
    apart = with_facts(rows("entity_timeline", fact("1", 0, 2), fact("1", 2, 4), fact("1", 6, None)))
    assert overlapping(apart).height == 0
    assert overlapping(with_facts(rows("entity_timeline", fact("1", 0, 3), fact("1", 2, 4)))).height == 1
    assert overlapping(with_facts(rows("entity_timeline", fact("1", 0, None), fact("1", 2, 4)))).height == 1


def test_the_same_words_of_two_messages_are_two_facts_and_two_mentions_are_none() -> None:
    twice = [fact("1", 0, None), fact("2", 0, None), *(fact("3", 0, None, kind="mention") for _ in range(2))]
    assert overlapping(with_facts(rows("entity_timeline", *twice))).height == 0


def test_a_statement_that_another_model_contradicts_is_disputed() -> None:
    said = rows(
        "provider_statements",
        {"model_id": "m1", "forward": True, "relationship_type": "WORKS_AT", "other_name": "Acme", "times": 2},
        {"model_id": "m2", "forward": False, "relationship_type": "USES", "other_name": "Acme", "times": 1},
    )
    disputed = rows(
        "provider_disagreements",
        {"relationship_type": "WORKS_AT", "model_id": "m1", "said_from_name": "Ada", "said_to_name": "Acme",
         "other_model_id": "m3", "other_said_from_name": "Ada", "other_said_to_name": "Initech"},
    )  # fmt: skip
    told = statements_of(said, disputed, "Ada")
    assert told["statement"].to_list() == ["Ada WORKS_AT Acme", "Acme USES Ada"]
    assert told["disputed"].to_list() == [True, False]


def test_reasons_are_read_out_and_their_absence_is_said() -> None:
    assert because('{"prior": "-5.0 bits", "same_name": ["a", "b"]}') == "prior -5.0 bits, same name a, b"
    assert because("{}") == because(None) == NO_REASON
    assert because("not JSON") == "not JSON"
