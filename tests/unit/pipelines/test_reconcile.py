import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import ReconciliationError
from workbench.events.tally import Tally
from workbench.pipelines.accounts import asked_hops
from workbench.pipelines.reconcile import Account, Reconciliation, account_for

KIND = "message.added"


def ids(*numbers: int) -> set[str]:
    return {hashlib.sha256(str(number).encode()).hexdigest() for number in numbers}


@dataclass
class Held:
    """A store of the test: what it holds, and what it holds when asked again."""

    held: set[str]
    later: set[str] = field(default_factory=set)
    asked: int = 0

    def ids(self) -> set[str]:
        self.asked += 1
        return self.held | (self.later if self.asked > 1 else set())


@dataclass
class Known:
    """Where the test's events are when the store does not have them."""

    made: set[str]
    pending: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)

    def produced(self) -> Mapping[str, Tally]:
        return {KIND: Tally.of(self.made)}

    def produced_ids(self, event_type: str) -> Iterator[str]:
        return iter(self.made)

    def pending_ids(self, hop: str, event_type: str) -> set[str]:
        return self.pending

    def dead_ids(self, hop: str, event_type: str) -> set[str]:
        return self.dead

    def removed_ids(self, hop: str, event_type: str) -> set[str]:
        return self.removed

    def foreign_ids(self, event_type: str) -> set[str]:
        return self.foreign


def account(known: Known, held: Held) -> Account:
    stored, produced = Tally.of(held.held), Tally.of(known.made)
    return account_for("graph", KIND, known, stored=stored, produced=produced, stored_ids=held.ids)


def test_equal_tallies_are_settled_without_asking_for_ids() -> None:
    held = Held(ids(1, 2))
    assert account(Known(ids(1, 2)), held).settled
    assert held.asked == 0


def test_each_missing_event_is_counted_where_it_is() -> None:
    known = Known(ids(1, 2, 3, 4, 5), pending=ids(2), dead=ids(3), removed=ids(4))
    found = account(known, Held(ids(1)))
    assert (found.produced, found.stored, found.pending, found.dead, found.removed, found.lost) == (5, 1, 1, 1, 1, 1)
    assert found.lost_ids == tuple(ids(5))


def test_equal_counts_of_different_events_do_not_pass() -> None:
    found = account(Known(ids(1, 2)), Held(ids(1, 3)))
    assert (found.lost_ids, found.surplus_ids) == (tuple(ids(2)), tuple(ids(3)))
    assert not found.ok


def test_an_event_that_arrives_while_being_asked_for_is_not_lost() -> None:
    found = account(Known(ids(1, 2)), Held(ids(1), later=ids(2)))
    assert found.settled
    assert found.stored == 2


def test_a_pending_event_is_ok_but_not_settled() -> None:
    found = account(Known(ids(1, 2), pending=ids(2)), Held(ids(1)))
    assert found.ok
    assert not found.settled


def test_the_error_names_hop_type_and_at_most_twenty_ids() -> None:
    found = account(Known(ids(*range(1, 31))), Held(set()))
    with pytest.raises(ReconciliationError, match=r"graph, message\.added: 30 lost") as raised:
        Reconciliation((found,)).require_ok()
    assert len(re.findall("[0-9a-f]{16}", str(raised.value))) == 20


def test_a_store_that_cannot_be_asked_is_not_ok() -> None:
    broken = Reconciliation((Account("lake", "*", 0, 0, error="gone"),))
    assert not broken.ok
    with pytest.raises(ReconciliationError, match="gone"):
        broken.require_ok()


@given(st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)),
       st.sets(st.integers(1, 30)), st.sets(st.integers(1, 30)))  # fmt: skip
def test_the_parts_always_add_up_to_what_was_produced(
    made: set[int], held: set[int], pending: set[int], dead: set[int], removed: set[int]
) -> None:
    found = account(Known(ids(*made), ids(*pending), ids(*dead), ids(*removed)), Held(ids(*held)))
    stored_of_ours = found.stored - found.surplus
    assert found.produced == stored_of_ours + found.pending + found.dead + found.removed + found.lost
    assert found.lost == len(made - held - pending - dead - removed)


def test_what_other_nodes_of_the_memory_produced_is_no_surplus_here() -> None:
    held = Held(ids(1, 2, 3, 9))
    assert account(Known(ids(1, 2), foreign=ids(2, 3)), held).surplus == 1, "9 comes from nowhere"
    found = account(Known(ids(1, 2, 4), pending=ids(4), foreign=ids(3, 9)), held)
    assert (found.ok, found.stored, found.pending, found.surplus) == (True, 2, 1, 0)


def test_the_replica_of_the_memories_is_asked_only_when_this_installation_wrote_some() -> None:
    assert asked_hops(["memory", "lake"], ["message.added"]) == ["lake"]
    assert asked_hops(["memory", "lake"], ["message.added", "memory.created"]) == ["memory", "lake"]
