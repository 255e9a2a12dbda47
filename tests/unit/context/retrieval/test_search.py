"""A search finds the turns that a question needs, and says why."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.retrieval.bm25 import rank
from workbench.context.retrieval.index import Index
from workbench.context.retrieval.question import read_question
from workbench.context.retrieval.search import search
from workbench.context.turns import Turn
from workbench.errors import UsageError

START = datetime(2023, 5, 8, 9, tzinfo=UTC)

SAID = [
    # (day, session, speaker, text)
    (0, "1", "Melanie", "I painted a lake at sunrise, it took me all of Sunday."),
    (0, "1", "Caroline", "What do you use for the canvas?"),
    (0, "1", "Melanie", "Cotton, primed twice."),
    (0, "1", "Caroline", "I went to a support group yesterday."),
    (9, "2", "Caroline", "My talk at the school went well last week."),
    (9, "2", "Melanie", "Great! We drove to Lisbon with the kids."),
    (40, "3", "Caroline", "I painted a portrait."),
    (40, "3", "Melanie", "Lovely colours. It reminds me of the old masters somehow."),
    (40, "3", "Caroline", "Thank you, that means a great deal to me."),
    (40, "3", "Melanie", "I have to leave now, dinner is on the stove."),
]


@pytest.fixture
def index() -> Index:
    made = Index("c")
    for place, (day, session, speaker, text) in enumerate(SAID, 1):
        at = START + timedelta(days=day, minutes=place)
        made.add(Turn(place, "user", text, 0, at, f"t{place}", speaker, session))
    return made


def first(index: Index, question: str, **more: object) -> int:
    return index.search(question, k=1, **more)[0].sequence  # type: ignore[arg-type]


def test_the_speaker_that_is_named_decides_between_like_turns(index: Index) -> None:
    assert first(index, "What has Melanie painted?") == 1
    assert first(index, "What has Caroline painted?") == 7


def test_i_is_who_asks_and_you_is_the_other(index: Index) -> None:
    assert first(index, "What have I painted?", asker="Caroline") == 7
    assert first(index, "What have you painted?", asker="Caroline") == 1


def test_wanted_speakers_count_when_none_is_named(index: Index) -> None:
    assert first(index, "painted", speakers=["Melanie"]) == 1
    assert first(index, "painted", speakers=["Caroline"]) == 7
    assert first(index, "What has Melanie painted?", speakers=["Caroline"]) == 1


def test_an_answer_that_shares_no_word_is_found_by_the_question_before_it(index: Index) -> None:
    found = index.search("Which canvas is used?", k=3)
    assert 3 in [hit.sequence for hit in found]
    answer = next(hit for hit in found if hit.sequence == 3)
    assert "words" not in answer.parts
    assert answer.parts["near"] > 0


def test_a_day_is_that_of_the_session_or_one_that_a_turn_speaks_of(index: Index) -> None:
    assert first(index, "What did Caroline do on 7 May 2023?") == 4  # "yesterday", said on the 8th
    june = index.search("What was said in June?", k=4)  # session 3 was 40 days after 8 May
    assert {hit.sequence for hit in june} == {7, 8, 9, 10}
    assert first(index, "What was it last week?", asked_at=START + timedelta(days=9)) == 5


def test_when_and_where_prefer_turns_with_times_and_places(index: Index) -> None:
    when = index.search("When was the talk at the school?", k=1)[0]
    assert (when.sequence, when.parts["when"] > 0) == (5, True)
    where = index.search("Where did the kids drive to?", k=1)[0]
    assert (where.sequence, where.parts["where"] > 0) == (6, True)


def test_parts_add_up_to_the_score_and_hits_are_in_its_order(index: Index) -> None:
    hits = index.search("When did Melanie paint in May 2023?", k=8)
    assert len(hits) > 2
    for hit in hits:
        assert sum(hit.parts.values()) == pytest.approx(hit.score)
        assert hit.conversation_id == "c"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert hits[:3] == index.search("When did Melanie paint in May 2023?", k=3)


def test_what_has_nothing_to_do_with_the_question_is_no_hit(index: Index) -> None:
    assert index.search("zebra", k=5) == []
    assert index.search("", k=5) == []
    assert Index().search("cat", k=5) == []


def test_k_below_one_is_refused(index: Index) -> None:
    with pytest.raises(UsageError, match="k is 0"):
        index.search("cat", k=0)


def test_several_conversations_are_weighed_together() -> None:
    # "tea" is in each turn of b and in one of a: weighed apart, a's only hit would be as good as any.
    a, b = Index("a"), Index("b")
    a.extend(Turn(place, "user", text, 0, START, f"a{place}") for place, text in enumerate(["tea", "rain", "wind"], 1))
    b.extend(Turn(place, "user", "tea and a green cup", 0, START, f"b{place}") for place in range(1, 4))
    hits = search([a, Index("empty"), b], "green tea", k=10)
    assert [hit.conversation_id for hit in hits] == ["b", "b", "b", "a", "a", "a"]
    assert [hit.turn_id for hit in hits[:3]] == ["b2", "b1", "b3"]


@given(st.text())
def test_any_question_is_harmless(text: str) -> None:
    made = Index()
    made.add(Turn(1, "user", "'; DROP TABLE turns; -- %s {0} $1", 0, START, "t1", "%s", "s"))
    made.add(Turn(2, "user", text, 0, START, "t2", text[:20], text[:5]))
    assert len(made.search(text, k=3)) <= 2
    assert made.search("drop table", k=1)[0].turn_id == "t1"


def test_a_question_is_read_for_its_times_and_its_words_apart() -> None:
    read = read_question("When did Ann paint in May 2023?", asked_on=START.date())
    assert read.terms == ("ann", "paint")
    assert len(read.spans) == 1
    assert (read.asks_when, read.asks_where, read.first_person) == (True, False, None)
    assert read_question("which city is my home?", asked_on=None).asks_where


def test_bm25_of_one_text_by_hand() -> None:
    # 3 texts, 1 holds the term: idf = ln(1 + 2.5/1.5) = .981; lengths 2, 2, 1, mean 5/3: norm = .25 + .75 * 1.2 = 1.15;
    # 1 * 2.2 / (1 + 1.2 * 1.15) = .924; product .907
    assert rank(["a cat sat", "the dogs ran", "nothing"], "dog").round(3).tolist() == [0.0, 0.907, 0.0]
