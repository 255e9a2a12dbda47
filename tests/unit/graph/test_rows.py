"""Events to rows: one row per node, minimum and maximum, each fact in its slot; refused before anything is sent."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.graph_batches import NOON, entity, known, link, message, message_id, span
from workbench.errors import StoreRefusedError
from workbench.events.codec import decode_payload
from workbench.events.envelope import Event
from workbench.graph.epoch import Epoch, epoch
from workbench.graph.limits import MAX_ALIASES, MAX_ID_CHARS, MAX_PROPERTIES
from workbench.graph.message_rows import EXCERPT_CHARS
from workbench.graph.rows import GraphRows, graph_rows


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
    kept = rows_of(message("a", text="ä" * 1_000)).messages.messages[message_id("a")]["properties"]
    assert (kept["text_chars"], kept["excerpt"]) == (1_000, "ä" * EXCERPT_CHARS)


def test_a_model_is_told_by_its_provider_too() -> None:
    rows = rows_of(
        message("a", model="m", provider="p"), message("b", model="m", provider="q"), message("c", model="m")
    ).messages
    assert sorted(rows.models) == ["m", "p/m", "q/m"]
    assert sorted(rows.providers) == ["p", "q"]
    assert [row["model_id"] for row in rows.generations.values()] == ["p/m", "q/m", "m"]


def test_the_earliest_mention_describes_whatever_comes_first() -> None:
    late, early = (
        entity("k", at_s=9, name="late", mention=span("a")),
        entity("k", at_s=1, name="early", mention=span("b")),
    )
    for events in ([late, early], [early, late]):
        row = rows_of(*events).entities.seen["default", "k"]
        assert (row["name"], row["valid_from"]) == ("early", at(1))
        assert (row["first_seen_at"], row["last_seen_at"]) == (at(1), at(9))


def test_an_update_shows_a_mention_and_describes_in_its_slot_only() -> None:
    event = entity("k", "updated", name="K", mention=span("a"))
    rows = rows_of(event)
    (row,) = rows.entities.rows()
    assert (row["name"], row["mentions"][0]["event_type"]) == (None, "entity.updated")
    (slot,) = rows.slots.values()
    assert (slot.kind, slot.assertions[event.event_id].content["name"]) == ("description", "K")


def test_a_creation_that_says_more_than_its_mention_describes_explicitly() -> None:
    for more in ({"aliases": ["K"]}, {"properties": {"stars": 3}}, {"valid_to": NOON + timedelta(days=1)}):
        rows = rows_of(entity("k", mention=span("a"), **more))
        (row,) = rows.entities.rows()
        assert (row["mentions"][0]["event_type"], len(rows.slots)) == ("entity.created", 1)


def test_a_missing_time_is_the_events_and_another_zone_is_kept_in_utc() -> None:
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    for event, since in ((entity("k", at_s=4), at(4)), (entity("k", at_s=4, valid_from=east), at(0))):
        (slot,) = rows_of(event).slots.values()
        (assertion,) = slot.assertions.values()
        assert epoch(assertion.valid_from) == since
        assert assertion.valid_from.utcoffset() == timedelta(0)


def test_transaction_time_is_when_the_outbox_took_the_event_in() -> None:
    event = known(entity("k", mention=span("a")), 30)
    (row,) = rows_of(known(link("k", "r"), 20), event, known(entity("k"), 25)).entities.rows()
    assert row["recorded_at"] == at(20)  # first heard of in the link
    assert row["mentions"][0]["recorded_at"] == at(30)


def test_labels_are_known_ones_and_only_grow() -> None:
    rows = rows_of(entity("k", entity_type="concept"), entity("k", entity_type="`x` technology"), entity("k"))
    assert sorted(rows.entities.seen["default", "k"]["labels"]) == ["Concept", "Technology"]


def test_each_mention_is_a_row_even_of_the_same_span() -> None:
    rows = rows_of(entity("k", mention=span("a")), entity("k", mention=span("a"), tag="another event"))
    assert [len(row["mentions"]) for row in rows.entities.rows()] == [2]
    assert rows.slots == {}  # a mention carries its event's id itself


def test_entities_of_two_tenants_with_one_id_stay_two() -> None:
    rows = rows_of(
        entity("k", mention=span("a")),
        entity("k", tenant="other", mention=span("b")),
        link("k", "r"),
        link("k", "r", tenant="other"),
    )
    assert sorted(rows.entities.seen) == [("default", "k"), ("other", "k")]
    assert sorted(rows.entities.named) == [("default", "r"), ("other", "r")]
    assert sorted(slot.tenant_id for slot in rows.slots.values()) == ["default", "other"]


def test_a_link_makes_sure_of_both_ends_without_describing_them() -> None:
    rows = rows_of(link("a", "b"))
    assert (rows.entities.seen, sorted(rows.entities.named)) == ({}, [("default", "a"), ("default", "b")])


def test_links_are_told_apart_by_id_type_and_both_ends() -> None:
    rows = rows_of(link("a", "b"), link("b", "a"), link("a", "b", kind="DEPENDS_ON"), link("a", "b", at_s=1))
    assert sorted(len(slot.assertions) for slot in rows.slots.values()) == [1, 1, 2]


def test_one_employer_at_a_time_and_as_many_databases_as_one_likes() -> None:
    """An unrelated fact is in another slot, so that nothing retires it."""
    jobs = [link("ann", "acme", kind="WORKS_AT"), link("ann", "beta", kind="works_at")]
    others = [
        link("ann", "berlin", kind="LIVES_IN"),
        link("bob", "acme", kind="WORKS_AT"),
        link("ann", "redis"),
        link("ann", "kafka"),
    ]
    rows = rows_of(*jobs, *others)
    together = {tuple(sorted(slot.assertions)) for slot in rows.slots.values()}
    assert together == {tuple(sorted(one.event_id for one in jobs)), *((one.event_id,) for one in others)}


def test_a_merge_into_itself_is_a_tombstone_in_the_slot_of_the_merges() -> None:
    merge, undo = entity("k", "merged", merged_into="r"), entity("k", "merged", at_s=1, merged_into="k")
    rows = rows_of(merge, undo)
    (slot,) = rows.slots.values()
    assert [slot.assertions[one.event_id].verb for one in (merge, undo)] == ["created", "deleted"]
    assert sorted(rows.entities.named) == [("default", "k"), ("default", "r")]


def test_a_message_and_a_mention_carry_their_events_checksum() -> None:
    talk, named = message("a"), entity("k", mention=span("a"))
    rows = rows_of(talk, named)
    assert rows.messages.messages[talk.event_id]["properties"]["checksum"] == int(talk.event_id[:8], 16)
    (row,) = rows.entities.rows()
    (mention,) = row["mentions"]
    assert (mention["event_id"], mention["checksum"]) == (named.event_id, int(named.event_id[:8], 16))


@pytest.mark.parametrize("length", [MAX_ID_CHARS, MAX_ID_CHARS + 1])
def test_an_id_may_be_as_long_as_the_index_takes(length: int) -> None:
    event = entity("é" * length)
    if length <= MAX_ID_CHARS:
        assert rows_of(event).slots
    else:
        with pytest.raises(StoreRefusedError, match="1001 characters; the graph takes 1000"):
            rows_of(event)


@pytest.mark.parametrize(
    ("event", "complaint"),
    [
        (entity("k", valid_from=NOON, valid_to=NOON), "is not after valid_from"),
        (entity("k", at_s=9, valid_to=NOON), "delete it with valid_from = its end"),
        (link("k", "r", "deleted", valid_to=NOON + timedelta(days=1)), "a deletion has no valid_to"),
        (entity("k", properties={f"p{n}": n for n in range(MAX_PROPERTIES + 1)}), "it has 65 properties in"),
        (link("k", "r", properties={"long": "x" * 9_000}), "in 9011 characters"),
        (entity("k", aliases=[f"a{n}" for n in range(MAX_ALIASES + 1)]), "it has 51 aliases"),
        (entity("k", aliases=["x" * 201]), "the longest of 201"),
        (entity("k", "merged"), "into None"),
        (entity("k", valid_from=NOON.replace(tzinfo=None)), "needs a zone"),
    ],
    ids=["empty", "ended before", "deletion", "many", "long", "aliases", "long alias", "merged into none", "zone"],
)
def test_what_has_no_form_in_the_graph_is_refused_with_what_to_do(event: Event, complaint: str) -> None:
    with pytest.raises(StoreRefusedError, match=complaint):
        rows_of(event)


def test_properties_are_text_in_one_order() -> None:
    texts = set()
    for properties in ({"b": 1.5, "a": "ä", "c": None}, {"a": "ä", "c": None, "b": 1.5}):
        (slot,) = rows_of(link("k", "r", properties=properties)).slots.values()
        texts |= {one.content["row"]["properties"] for one in slot.assertions.values()}
    assert texts == {'{"a":"ä","b":1.5,"c":null}'}


EVENTS = [
    *(message(f"m{n}", at_s=n, conversation=f"c{n % 2}", model="m") for n in range(3)),
    *(entity("k", verb, at_s=n, name=f"{verb} {n}") for n in range(3) for verb in ("created", "updated", "deleted")),
    *(entity("k", at_s=n, name=f"mention {n}", mention=span(f"m{n}")) for n in range(3)),
    *(link("k", "r", verb, at_s=n) for n in range(3) for verb in ("created", "updated", "deleted")),
]


@given(st.integers(0, 10_000))
def test_the_order_of_events_changes_no_row(seed: int) -> None:
    shuffled = rows_of(*random.Random(seed).sample(EVENTS, len(EVENTS)))
    sorted_rows = rows_of(*EVENTS)
    assert shuffled.slots == sorted_rows.slots
    assert shuffled.entities.named == sorted_rows.entities.named
    assert shuffled.entities.seen.keys() == sorted_rows.entities.seen.keys()
    assert shuffled.messages == sorted_rows.messages
    for left, right in zip(shuffled.entities.rows(), sorted_rows.entities.rows(), strict=True):
        for rows in (left, right):
            rows["labels"].sort()
            rows["mentions"].sort(key=lambda one: one["event_id"])
        assert left == right


@given(st.lists(st.datetimes(timezones=st.just(UTC)), min_size=2, max_size=2))
def test_epochs_order_as_their_times_do(times: list[datetime]) -> None:
    first, second = times
    assert (epoch(first) < epoch(second)) == (first < second)
    assert 0 <= epoch(first)[1] < 10**9
