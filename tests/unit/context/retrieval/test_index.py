"""What an index holds is its turns, however they came in."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.context.retrieval import postings
from workbench.context.retrieval.analysis import analysed, unpacked
from workbench.context.retrieval.arrays import Entry, entry_of
from workbench.context.retrieval.index import Index
from workbench.context.turns import Turn
from workbench.errors import UsageError

START = datetime(2024, 3, 1, 9, tzinfo=UTC)
WORDS = ["cat", "dog", "house", "yesterday", "painted", "in London", "two days ago", "runs?", "the", "May 2024", "tea"]


def turn(sequence: int, text: str, *, speaker: str = "Ann", session: str = "s1") -> Turn:
    at = START + timedelta(days=sequence // 4, minutes=sequence)
    return Turn(sequence, "user", text, 0, at, f"t{sequence}", speaker, session)


texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
conversations = st.lists(st.tuples(texts, st.sampled_from(["Ann", "Bob", ""]), st.sampled_from("ab")), max_size=12)
QUERIES = ("cat house", "When did Ann paint?", "Where was the dog in May 2024?", "What did Bob do two days ago?", "tea")


def built(said: list[tuple[str, str, str]]) -> list[Turn]:
    return [turn(place, text, speaker=who, session=where) for place, (text, who, where) in enumerate(said, 1)]


def index_of(turns: list[Turn]) -> Index:
    index = Index()
    index.extend(turns)
    return index


def answers(index: Index) -> list[object]:
    return [index.search(query, k=5) for query in QUERIES]


@given(conversations, st.integers(0, 11), texts)
@settings(deadline=None)
def test_an_edited_turn_is_as_if_it_had_been_said_so(said: list[tuple[str, str, str]], which: int, text: str) -> None:
    turns = built(said)
    index = index_of(turns)
    if which < len(turns):
        index.search("cat", k=1)
        index.edit(turns[which].turn_id, text)
        said[which] = (text, *said[which][1:])
    assert answers(index) == answers(index_of(built(said)))


@given(conversations, st.sets(st.integers(0, 11)))
@settings(deadline=None)
def test_a_removed_turn_is_as_if_it_had_never_been_said(said: list[tuple[str, str, str]], gone: set[int]) -> None:
    turns = built(said)
    index = index_of(turns)
    for place in gone & set(range(len(turns))):
        index.remove(turns[place].turn_id)
    assert answers(index) == answers(index_of([one for place, one in enumerate(turns) if place not in gone]))


@given(conversations, st.integers(0, 12))
@settings(deadline=None)
def test_searching_between_two_turns_changes_nothing(said: list[tuple[str, str, str]], pause: int) -> None:
    turns = built(said)
    index = index_of(turns[:pause])
    answers(index)
    index.extend(turns[pause:])
    assert answers(index) == answers(index_of(turns))


@given(conversations)
@settings(deadline=None)
def test_rows_read_back_give_the_same_hits_to_the_last_bit(said: list[tuple[str, str, str]]) -> None:
    turns = built(said)
    again = Index()
    for one in map(entry_of, turns):
        packed = unpacked(*one.analysed.packed())
        again.add_entry(Entry(one.turn_id, one.sequence, one.speaker, one.session_id, one.said_on, packed))
    assert answers(again) == answers(index_of(turns))


def test_where_the_tail_of_the_postings_is_sorted_in_makes_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = [turn(place, f"{WORDS[place % 11]} {WORDS[place % 7]} number{place % 50}") for place in range(1, 400)]
    plain = answers(index_of(turns))
    monkeypatch.setattr(postings, "TAIL", 5)
    index = index_of(turns)
    assert answers(index) == plain
    rows, counts = index.postings.find(int(analysed("number7").terms[0]))
    assert rows.tolist() == [place for place in range(399) if (place + 1) % 50 == 7]
    assert counts.dtype == np.float64


def test_a_turn_out_of_order_is_refused_and_so_is_one_that_is_not_there() -> None:
    index = index_of([turn(5, "cat")])
    with pytest.raises(UsageError, match=r"sequence 5.*at 5"):
        index.add(turn(5, "dog"))
    with pytest.raises(UsageError, match="'t9' is not in the index"):
        index.remove("t9")
    with pytest.raises(UsageError, match="'t9' is not in the index"):
        index.edit("t9", "dog")


def test_a_turn_of_thirty_words_takes_less_than_a_kilobyte() -> None:
    index = index_of([turn(place, " ".join(f"w{place * 7 % 911 + n}" for n in range(30))) for place in range(1, 2_001)])
    index.search("w5", k=1)
    assert index.nbytes / 2_000 < 1_024
