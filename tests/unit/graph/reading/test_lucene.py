import re

from hypothesis import given
from hypothesis import strategies as st

from workbench.graph.reading.lucene import MOST_CHARS, MOST_WORDS, escaped, lucene_query
from workbench.graph.reading.search import names_for

OPERATORS = '+-!(){}[]^"~*?:\\/&|=<>'


def test_every_operator_stands_for_itself() -> None:
    assert escaped(OPERATORS) == "".join(f"\\{one}" for one in OPERATORS)
    assert escaped("AND OR NOT TO") == "and or not to"


def test_words_match_whole_as_a_beginning_and_with_one_letter_wrong() -> None:
    query = lucene_query("Kafka Go", tenant_id="acme")
    assert query == (
        '+tenant_id:"acme"^0 +((name:(kafka OR go) OR aliases:(kafka OR go))^4'
        " OR (name:(kafka* OR go*) OR aliases:(kafka* OR go*))^1"
        " OR (name:(kafka~1) OR aliases:(kafka~1))^0.5)"
    )


def test_a_tenant_of_which_the_index_may_keep_nothing_does_not_narrow() -> None:
    assert "tenant_id" not in lucene_query("kafka", tenant_id="***")
    assert 'tenant_id:"a\\"b\\\\"' in lucene_query("kafka", tenant_id='a"b\\')


def test_other_names_are_phrases() -> None:
    query = lucene_query("pg", tenant_id="***", names=['a "b" \\'])
    assert '(pg OR "a \\"b\\" \\\\")' in query


def test_a_spelling_that_extraction_knows_means_its_name() -> None:
    assert names_for(" K8S\n") == ["k8s", "kubernetes"]
    assert names_for("nobody knows this") == ["nobody knows this"]


def test_no_word_no_query() -> None:
    assert lucene_query(" \t\u3000\n", tenant_id="acme") == ""


def test_a_long_text_makes_a_bounded_query() -> None:
    query = lucene_query("word " * 100_000, tenant_id="acme")
    assert query.count("word ") + query.count("word)") <= 2 * MOST_WORDS
    assert len(lucene_query("x" * 1_000_000, tenant_id="acme")) < 10 * MOST_CHARS


@given(st.text(max_size=60))
def test_nothing_that_people_type_is_left_as_an_operator(text: str) -> None:
    for word in text.split():
        told = escaped(word)
        bare = re.sub(r"\\.", "", told, flags=re.S)
        assert not set(bare) & set(OPERATORS)
        assert told not in {"AND", "OR", "NOT", "TO"}
