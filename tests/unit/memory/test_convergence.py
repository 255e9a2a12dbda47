"""Whatever travels when, twice, late or between parts of a network: all replicas end in one state."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.memory.nodes import Node, key
from workbench.events.envelope import Event
from workbench.memory.record import Memory, merge, merge_all
from workbench.memory.states import decode_memory, encode_memory
from workbench.memory.writing import Wish

NODES = ("a", "b", "c")
TEXTS = st.sampled_from(["tea", "coffee", "", "\x00"])
TAGS = st.lists(st.sampled_from(["x", "y", "z"]), max_size=2).map(tuple)
WISHES = st.builds(
    Wish,
    content=st.none() | TEXTS,
    importance=st.none() | st.floats(0, 1),
    category=st.none() | st.sampled_from(["p", "q"]),
    metadata=st.dictionaries(st.sampled_from(["k", "l"]), st.none() | st.integers(0, 3) | st.booleans(), max_size=2),
    add_tags=TAGS,
    remove_tags=TAGS,
)
WRITES = st.tuples(st.sampled_from(["created", "updated", "updated", "deleted"]), st.sampled_from(["m", "n"]), WISHES)
STEPS = st.lists(
    st.tuples(st.sampled_from(NODES), st.one_of(WRITES, st.sampled_from(NODES)), st.integers(0, 3)), max_size=14
)
"""A node writes, or gets everything that another one has; with the time in seconds, which does not always go on."""


class Network:
    """Nodes with wrong clocks, and all events that each of them has, in the order in which it got them."""

    def __init__(self) -> None:
        self.nodes = {name: Node(name, skew_s=skew) for name, skew in zip(NODES, (0, -3600, 7), strict=True)}
        self.held: dict[str, list[Event]] = {name: [] for name in NODES}

    def give(self, name: str, events: list[Event]) -> None:
        for event in events:
            self.nodes[name].receive(event)
        self.held[name] += events

    def play(self, steps: list[tuple[str, object, int]]) -> None:
        for name, what, at_s in steps:
            if isinstance(what, str):  # the network connects two of them for a moment
                self.give(name, list(self.held[what]))
            else:
                verb, memory_id, wish = what  # type: ignore[misc]
                event = self.nodes[name].write(verb, memory_id, None if verb == "deleted" else wish, at_s=at_s)
                if event is not None:
                    self.held[name].append(event)

    def everything(self) -> list[Event]:
        return list({one.event_id: one for held in self.held.values() for one in held}.values())


@given(STEPS, st.data())
def test_any_order_any_repetition_and_any_partition_end_in_one_state(
    steps: list[tuple[str, object, int]], data: st.DataObject
) -> None:
    network = Network()
    network.play(steps)
    events = network.everything()
    for name in NODES:
        order = data.draw(st.permutations(events + events[:3]), label=f"order at {name}")
        network.give(name, list(order))
    late = Node("d")
    for event in data.draw(st.permutations(events), label="order at d"):
        late.receive(event)
    nodes = [*network.nodes.values(), late]
    assert len({node.hash() for node in nodes}) == 1
    assert all(node.memories == late.memories for node in nodes)
    assert all(node.seen == late.seen and node.seen.late() == 0 for node in nodes)


@given(STEPS, st.data())
def test_compaction_at_any_moment_changes_nothing_that_is_visible(
    steps: list[tuple[str, object, int]], data: st.DataObject
) -> None:
    network, plain = Network(), Network()
    for step in steps:
        network.play([step])
        plain.play([step])
        node = network.nodes[data.draw(st.sampled_from(NODES), label="compacts")]
        for other in network.nodes.values():  # what was told may be old: it is only ever behind
            if other is not node and data.draw(st.booleans(), label="hears"):
                node.hear(other)
        if set(node.told) == set(NODES) - {node.node_id}:
            node.compact()
    events = network.everything()
    assert {one.event_id for one in events} == {one.event_id for one in plain.everything()}
    for name in NODES:
        network.give(name, events)
        plain.give(name, events)
    assert len({node.hash() for each in (network, plain) for node in each.nodes.values()}) == 1
    for node in network.nodes.values():
        for other in network.nodes.values():
            if other is not node:
                node.hear(other)
        node.compact()
    # everybody has seen everything: no tombstone is left anywhere
    kept = [memory for node in network.nodes.values() for memory in node.memories.values()]
    assert all(memory.deleted is None and not memory.tags.removed for memory in kept)


STATES = STEPS.map(lambda steps: _states(steps))


def _states(steps: list[tuple[str, object, int]]) -> list[Memory]:
    network = Network()
    network.play(steps)
    return [node.memories.get(key(memory_id), Memory()) for node in network.nodes.values() for memory_id in ("m", "n")]


@given(STATES)
def test_merging_states_is_commutative_associative_and_idempotent(states: list[Memory]) -> None:
    for left in states:
        assert merge(left, left) == left == merge(left, Memory())
        assert decode_memory(encode_memory(left)) == left
        for right in states:
            both = merge(left, right)
            assert both == merge(right, left) == merge(both, left)
            for third in states[:3]:
                assert merge(both, third) == merge(left, merge(right, third))
    assert merge_all(states) == merge_all(reversed(states))
