"""Events to rows: one row per node, minimum and maximum, the newest description; refused before anything is sent."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.graph_batches import NOON, entity, link, message, span
from workbench.errors import StoreRefusedError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.graph.epoch import Epoch, epoch
from workbench.graph.message_rows import EXCERPT_CHARS
from workbench.graph.rows import MAX_ID_CHARS, GraphRows, graph_rows


def rows_of(*events: Event) -> GraphRows:
    return graph_rows([(one, decode_payload(one)) for one in events])


def at(seconds: float) -> Epoch:
    return epoch(NOON + timedelta(seconds=seconds))


def test_messages_of_one_conversation_make_one_row_of_it_from_first_to_last() -> None:
    rows = rows_of(message("a", at_s=5), message("b", at_s=2), message("c", at_s=9), message("d", conversation="other"))
    found = {row["conversation_id"]: (row["first_at"], row["last_at"]) for row in rows.messages.conversations.values()}
    assert found == {"c": (at(2), at(9)), "other": (at(0), at(0))}
    assert len(rows.messages.messages) == 4
    assert len(rows.messages.sessions) == 2  # one session, in two conversations


def test_conversations_of_two_tenants_with_one_id_stay_two() -> None:
    rows = rows_of(message("a", tenant="t1"), message("b", tenant="t2"))
    assert sorted(row["tenant_id"] for row in rows.messages.conversations.values()) == ["t1", "t2"]


def test_a_message_keeps_the_beginning_and_the_length_of_its_text() -> None:
    kept = rows_of(message("a", text="ä" * 1_000)).messages.messages[0]["properties"]
    assert (kept["text_chars"], kept["excerpt"]) == (1_000, "ä" * EXCERPT_CHARS)


def test_a_model_is_told_by_its_provider_too() -> None:
    rows = rows_of(
        message("a", model="m", provider="p"), message("b", model="m", provider="q"), message("c", model="m")
    ).messages
    assert sorted(rows.models) == ["m", "p/m", "q/m"]
    assert sorted(rows.providers) == ["p", "q"]
    assert [row["model_id"] for row in rows.generations] == ["p/m", "q/m", "m"]


def test_an_update_outranks_a_later_creation_and_the_later_of_two_updates_wins() -> None:
    rows = rows_of(
        entity("k", at_s=9, name="created late"),
        entity("k", "updated", at_s=3, name="new"),
        entity("k", "updated", at_s=1, name="old"),
    )
    properties = rows.entities.described["k"]
    assert (properties["name"], properties["valid_from"]) == ("new", at(3))
    assert (properties["first_seen_at"], properties["last_seen_at"]) == (at(1), at(9))


def test_valid_from_orders_descriptions_before_the_time_of_the_event() -> None:
    early = NOON - timedelta(days=1)
    rows = rows_of(entity("k", "updated", at_s=9, name="was", valid_from=early), entity("k", "updated", name="is"))
    assert rows.entities.described["k"]["name"] == "is"


def test_valid_from_of_another_zone_is_kept_in_utc() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    assert rows_of(entity("k", valid_from=east)).entities.described["k"]["valid_from"] == at(0)


def test_labels_are_known_ones_and_only_grow() -> None:
    rows = rows_of(entity("k", entity_type="concept"), entity("k", entity_type="`x` technology"), entity("k"))
    assert sorted(rows.entities.described["k"]["labels"]) == ["Concept", "Technology"]


def test_each_mention_is_a_row_even_of_the_same_span() -> None:
    rows = rows_of(entity("k", mention=span("a")), entity("k", mention=span("a"), tag="another event"))
    assert [len(row["mentions"]) for row in rows.entities.described.values()] == [2]
    assert rows.applied == []  # a mention carries its event's id itself


def test_the_latest_tombstone_stays_and_describes_nothing() -> None:
    rows = rows_of(entity("k", "deleted", at_s=4), entity("k", "deleted", at_s=2))
    assert rows.entities.deletions == {"k": {"entity_id": "k", "deleted_at": at(4)}}
    assert (rows.entities.described, rows.entities.linked) == ({}, {"k"})


def test_a_link_makes_sure_of_both_ends_without_describing_them() -> None:
    rows = rows_of(link("a", "b"))
    assert (rows.entities.described, rows.entities.linked) == ({}, {"a", "b"})


def test_links_are_told_apart_by_id_type_and_both_ends() -> None:
    rows = rows_of(link("a", "b"), link("b", "a"), link("a", "b", kind="DEPENDS_ON"), link("a", "b", at_s=1))
    assert len(rows.relationships.relationships) == 3
    assert len(rows.applied) == 4
    assert len({row["properties"]["relationship_key"] for row in rows.applied}) == 3


def test_a_link_deleted_before_it_was_described_is_new_with_its_tombstone() -> None:
    rows = rows_of(link("a", "b", "deleted", at_s=4)).relationships
    (row,), changed = rows.split(set())
    assert changed == []
    assert (row["deleted_at"], row["valid_from"]) == (at(4), None)
    assert "description_key" not in row["properties"]
    assert rows.split(set(rows.relationships)) == ([], [row])


def test_what_leaves_no_fact_with_its_id_is_noted_with_type_and_checksum() -> None:
    event, checksum = entity("k"), int(entity("k").event_id[:8], 16)
    properties = {"event_type": "entity.created", "checksum": checksum, "relationship_key": None}
    assert rows_of(event).applied == [{"event_id": event.event_id, "properties": properties}]


def test_a_message_and_a_mention_carry_their_events_checksum() -> None:
    talk, named = message("a"), entity("k", mention=span("a"))
    rows = rows_of(talk, named)
    assert rows.messages.messages[0]["properties"]["checksum"] == int(talk.event_id[:8], 16)
    (mention,) = rows.entities.described["k"]["mentions"]
    assert (mention["event_id"], mention["properties"]["checksum"]) == (named.event_id, int(named.event_id[:8], 16))
    assert rows.applied == []


@pytest.mark.parametrize("length", [MAX_ID_CHARS, MAX_ID_CHARS + 1])
def test_an_id_may_be_as_long_as_the_index_takes(length: int) -> None:
    event = entity("é" * length)
    if length <= MAX_ID_CHARS:
        assert rows_of(event).applied
    else:
        with pytest.raises(StoreRefusedError, match="1001 characters; the graph takes 1000"):
            rows_of(event)


EVENTS = [
    *(message(f"m{n}", at_s=n, conversation=f"c{n % 2}", model="m") for n in range(3)),
    *(entity("k", verb, at_s=n, name=f"{verb} {n}") for n in range(3) for verb in ("created", "updated", "deleted")),
    *(link("k", "r", verb, at_s=n) for n in range(3) for verb in ("created", "updated", "deleted")),
]


@given(st.integers(0, 10_000))
def test_the_order_of_events_changes_no_row(seed: int) -> None:
    shuffled = rows_of(*random.Random(seed).sample(EVENTS, len(EVENTS)))
    sorted_rows = rows_of(*EVENTS)
    assert shuffled.entities.described == sorted_rows.entities.described
    assert shuffled.entities.deletions == sorted_rows.entities.deletions
    assert shuffled.entities.linked == sorted_rows.entities.linked
    assert shuffled.relationships.relationships == sorted_rows.relationships.relationships
    assert shuffled.messages.conversations == sorted_rows.messages.conversations
    assert shuffled.messages.sessions == sorted_rows.messages.sessions


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_epochs_order_as_their_times_do(times: list[datetime]) -> None:
    first, second = times
    assert (epoch(first) < epoch(second)) == (first < second)
    assert 0 <= epoch(first)[1] < 10**9
