from typing import Any

import pytest
from starlette.datastructures import QueryParams

from workbench.api.errors import Refusal
from workbench.api.knowledge_request import Related, Search, parse_related, parse_search
from workbench.api.knowledge_routes import entity_bodies, reflects_body


@pytest.mark.parametrize(
    ("query", "param", "words"),
    [
        ("max_depth=0", "max_depth", "'0' is not a whole number from 1 to 5"),
        ("max_depth=6", "max_depth", "'6'"),
        ("max_depth=two", "max_depth", "'two'"),
        ("max_depth=", "max_depth", "''"),
        ("max_depth=1.5", "max_depth", "'1.5'"),
        ("max_depth=1_0", "max_depth", "'1_0'"),
        ("max_depth=%D9%A3", "max_depth", "'٣'"),
        ("max_depth=1&max_depth=2", "max_depth", "more than once"),
        ("maxdepth=2", "maxdepth", "no such parameter; there are: entity_type"),
        ("limit=1001", "limit", "from 1 to 1000"),
        ("min_confidence=nan", "min_confidence", "'nan'"),
        ("min_confidence=2", "min_confidence", "from 0 to 1"),
    ],
)
def test_a_wrong_parameter_is_named_and_never_taken_for_another_value(query: str, param: str, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_related(QueryParams(query))
    assert (caught.value.status_code, caught.value.param) == (400, param)
    assert words in caught.value.detail


def test_parameters_of_related() -> None:
    assert parse_related(QueryParams("")) == Related(1, 100, (), (), 0.0)
    asked = parse_related(QueryParams("max_depth=5&limit=7&entity_type=a&entity_type=b&min_confidence=0.5"))
    assert asked == Related(5, 7, ("a", "b"), (), 0.5)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "query"),
        ({"query": ""}, "query"),
        ({"query": "x" * 501}, "query"),
        ({"query": 5}, "query"),
        ({"query": "x", "limit": 0}, "limit"),
        ({"query": "x", "limit": 101}, "limit"),
        ({"query": "x", "limit": True}, "limit"),
        ({"query": "x", "offset": 3}, "offset"),
        ({"query": "x", "filters": {"a": 1}}, "filters"),
        ({"query": "x", "filters": ["colour=red"]}, "'colour=red' is no filter; there are: conversation_id=…"),
        ({"query": "x", "filters": ["conversation_id"]}, "filters[0]"),
        ({"query": "x", "filters": ["conversation_id=a", "conversation_id=b"]}, "filters[1]: conversation_id is given"),
        ({"query": "x", "filters": ["min_mentions=-1"]}, "'-1'"),
        ({"query": "x", "entity_type": "a", "filters": ["entity_type=b"]}, "name one"),
        ([], "Expected `object`"),
    ],
)
def test_a_wrong_search_is_refused_and_no_filter_is_ignored(body: Any, words: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_search(body)
    assert caught.value.status_code == 400
    assert words in caught.value.detail


def test_a_search_with_all_its_filters() -> None:
    body = {"query": "x", "entity_type": "a", "filters": ["conversation_id=c=1", "min_mentions=2", "entity_type=a"]}
    assert parse_search(body) == Search("x", 10, ("a",), "c=1", 2)


def test_importance_is_the_share_of_the_most_mentioned() -> None:
    common = {"entity_type": "t", "name": "n", "confidence": None, "properties": None}
    times = {"first_seen_at": None, "last_seen_at": None}
    rows = [{"entity_id": str(count), "mentions": count, **common, **times} for count in (4, 1, 0)]
    assert [one["importance"] for one in entity_bodies(rows)] == [1.0, 0.25, 0.0]
    assert [one["importance"] for one in entity_bodies(rows[2:])] == [0.0]
    assert entity_bodies([]) == []
    properties = {**rows[0], "properties": '{"major": 18}'}
    assert entity_bodies([properties])[0]["properties"] == {"major": 18}


def test_offsets_are_told_in_order() -> None:
    assert reflects_body({("t", 1): 5, ("t", 0): 7}) == [
        {"topic": "t", "partition": 0, "next_offset": 7},
        {"topic": "t", "partition": 1, "next_offset": 5},
    ]
