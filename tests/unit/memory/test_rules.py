"""The rules that a reader of docs/memory.md relies on, by hand."""

from datetime import timedelta

from tests.unit.memory.nodes import NOON, Node, key
from workbench.events.codec import decode_event, decode_payload, encode_event, make_event
from workbench.events.payloads import MemoryUpdate
from workbench.memory.changes import change_of
from workbench.memory.clocks import Dot, compare
from workbench.memory.compaction import compacted
from workbench.memory.record import Memory
from workbench.memory.seen import Seen
from workbench.memory.tags import TagSet
from workbench.memory.writing import Wish


def test_deletion_wins_over_a_concurrent_update_and_the_content_is_gone() -> None:
    a, b = Node("a"), Node("b")
    made = a.write("created", "m", Wish(content="secret"))
    assert made is not None
    b.receive(made)
    gone, changed = a.write("deleted", "m", at_s=1), b.write("updated", "m", Wish(content="still here"), at_s=99)
    assert gone is not None
    assert changed is not None
    a.receive(changed)
    b.receive(gone)
    for node in (a, b):
        assert node.memories[key("m")].deleted is not None
        assert node.memories[key("m")].fields == {}
    assert a.hash() == b.hash() == Node("c").hash()  # nothing is visible
    assert b.write("updated", "m", Wish(content="again"), at_s=100) is None


def test_a_write_that_knows_of_another_wins_although_its_clock_is_an_hour_behind() -> None:
    a, b = Node("a"), Node("b", skew_s=-3600)
    first = a.write("created", "m", Wish(content="tea"))
    assert first is not None
    b.receive(first)
    second = b.write("updated", "m", Wish(content="coffee"), at_s=5)
    assert second is not None
    a.receive(second)
    assert a.memories[key("m")].value("content") == "coffee"
    payload = decode_payload(second)
    assert isinstance(payload, MemoryUpdate)
    assert payload.updated_at == NOON + timedelta(microseconds=1)


def test_of_concurrent_writes_the_later_wins_field_by_field() -> None:
    a, b = Node("a"), Node("b")
    made = a.write("created", "m", Wish(content="tea", category="drinks"))
    assert made is not None
    b.receive(made)
    one = a.write("updated", "m", Wish(content="green tea"), at_s=2)
    other = b.write("updated", "m", Wish(content="black tea", importance=0.9), at_s=1)
    assert one is not None
    assert other is not None
    b.receive(one)
    a.receive(other)
    for node in (a, b):
        memory = node.memories[key("m")]
        assert (memory.value("content"), memory.value("importance"), memory.value("category")) == (
            "green tea",
            0.9,
            "drinks",
        )


def test_a_tag_that_was_added_at_the_same_time_survives_its_removal_elsewhere() -> None:
    a, b = Node("a"), Node("b")
    made = a.write("created", "m", Wish(add_tags=("x", "y")))
    assert made is not None
    b.receive(made)
    removed = a.write("updated", "m", Wish(remove_tags=("x", "y")))
    assert removed is not None
    b.memories[key("m")] = Memory(tags=type(b.memories[key("m")].tags)())  # b does not see the tags yet
    added = b.write("updated", "m", Wish(add_tags=("x",)))
    assert added is not None
    b.receive(removed)
    a.receive(added)
    assert a.memories[key("m")].tags.tags() == b.memories[key("m")].tags.tags() == ("x",)


def test_clocks_compare_over_the_keys_of_both() -> None:
    assert compare({}, {}) == compare({"a": 0}, {}) == "equal"
    assert compare({}, {"b": 1}) == "before"
    assert compare({"a": 1, "b": 2}, {"a": 1}) == "after"
    assert compare({"a": 1}, {"b": 1}) == "concurrent"


def test_a_tombstone_stays_until_the_node_that_was_away_has_seen_the_deletion() -> None:
    a, b, c = Node("a"), Node("b"), Node("c")
    made = a.write("created", "m", Wish(content="tea"))
    assert made is not None
    for node in (b, c):
        node.receive(made)
    changed = c.write("updated", "m", Wish(content="coffee"))  # and then c is away
    gone = a.write("deleted", "m")
    assert gone is not None
    assert changed is not None
    b.receive(gone)
    a.hear(b)
    a.hear(c)
    a.compact()
    assert a.memories[key("m")].deleted is not None
    c.receive(gone)
    a.hear(c)
    a.compact()
    assert a.memories[key("m")].deleted is not None, "c's own write, made before, is not here yet"
    a.receive(changed)
    a.compact()
    assert key("m") not in a.memories
    a.receive(changed)  # once more
    assert key("m") not in a.memories


def test_an_event_without_a_clock_is_merged_by_its_time() -> None:
    old = b'{"memory_id":"m","node_id":"node_7","content":"from HelixAgent"}'
    event = make_event(
        "memory.created",
        MemoryUpdate(memory_id="m", node_id="node_7", content="from HelixAgent"),
        event_id="1" * 64,
        occurred_at=NOON,
        conversation_id="c",
        session_id="s",
        user_id="u",
    )
    assert bytes(event.payload) == old
    arrived = decode_event(encode_event(event))
    payload = decode_payload(arrived)
    assert isinstance(payload, MemoryUpdate)
    change = change_of(arrived, payload)
    assert change.dot is None
    assert change.memory.value("content") == "from HelixAgent"


def test_a_clock_at_the_end_of_time_does_not_keep_others_from_writing() -> None:
    a, b = Node("a"), Node("b")
    far = (9999 - 2026) * 365.25 * 86400
    made = a.write("created", "m", Wish(content="tea"), at_s=far - 40 * 86400)
    assert made is not None
    b.receive(made)
    assert b.write("updated", "m", Wish(content="coffee")) is not None
    assert b.memories[key("m")].value("content") == "coffee"


def test_a_removal_that_names_no_addition_waits_and_stops_nobody() -> None:
    removed = {name: Dot("a", 1) for name in ("x:²:0", "x", "x:" + "9" * 5_000 + ":0")}
    memory = Memory(tags=TagSet({}, removed))
    assert compacted(memory, seen=Seen({"a": ((1, 2),)}), others={}) == memory
