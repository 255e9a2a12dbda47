"""The labelled technical corpus holds what the linking benchmark claims of it."""

from collections import defaultdict
from itertools import groupby, pairwise

import pytest

from workbench.providers.mention_labels import LabelledMention, Split, technical_mentions
from workbench.providers.recordings import recordings

MENTIONS = technical_mentions()


def _of(split: Split) -> list[LabelledMention]:
    return [one for one in MENTIONS if one.split == split]


def test_every_mention_stands_where_its_label_says() -> None:
    texts = {one.conversation_id: [turn.text for turn in one.turns] for one in recordings("technical")}
    for one in MENTIONS:
        assert texts[one.conversation_id][one.turn][one.start : one.end] == one.text


def test_mentions_are_in_order_and_do_not_overlap() -> None:
    for _, turn in groupby(MENTIONS, key=lambda one: (one.conversation_id, one.turn)):
        assert all(left.end <= right.start for left, right in pairwise(turn))
    places = [(one.conversation_id, one.turn, one.start) for one in MENTIONS]
    assert places == sorted(set(places))


def test_every_conversation_is_labelled_and_the_corpus_is_as_large_as_promised() -> None:
    labelled = {one.conversation_id for one in MENTIONS}
    silent = {one.conversation_id for one in recordings("technical")} - labelled
    assert not silent
    assert len(labelled) >= 40
    assert len(MENTIONS) >= 200


def test_half_of_the_conversations_are_kept_out_of_tuning_by_their_number() -> None:
    splits = {one.conversation_id: one.split for one in MENTIONS}
    assert all((int(name[-3:]) % 2 == 1) == (split == "dev") for name, split in splits.items())
    assert sum(split == "heldout" for split in splits.values()) * 2 == len(splits)


def test_one_thing_has_one_type() -> None:
    types: dict[str, set[str]] = defaultdict(set)
    for one in MENTIONS:
        types[one.cluster].add(one.type)
    assert all(len(found) == 1 for found in types.values())


@pytest.mark.parametrize("split", ["dev", "heldout"])
def test_each_half_has_the_hard_cases(split: Split) -> None:
    sessions: dict[str, set[str]] = defaultdict(set)
    names: dict[str, set[str]] = defaultdict(set)
    meanings: dict[str, set[str]] = defaultdict(set)
    for one in _of(split):
        sessions[one.cluster].add(one.conversation_id)
        names[one.cluster].add(one.text.casefold())
        meanings[one.text.casefold()].add(one.cluster)
    across = {cluster for cluster, found in sessions.items() if len(found) > 1}
    assert len(across) >= 30  # things that more than one conversation speaks of
    assert sum(len(names[cluster]) > 1 for cluster in across) >= 12  # … under more than one name
    assert sum(len(found) > 1 for found in meanings.values()) >= 5  # one name, several things


CASES = {
    "aliases and acronyms": ("k8s", "Kubernetes"),
    "a shorter form": ("PG", "PostgreSQL"),
    "a service in words": ("shipment indexer", "shipment-indexer"),
    "a company that was renamed": ("Tallow Foods", "Verda"),
    "a misspelling": ("Postgers", "PostgreSQL"),
    "a first name": ("Jonas", "Jonas Weber"),
}
APART = {
    "company and product of one name": ("oracle-company", "oracle-database"),
    "two people of one first name": ("priya-raman", "priya-nair"),
    "two organisations with similar names": ("orbit-games", "orbital-games"),
    "one project name at two companies": ("atlas-halden", "atlas-orbit"),
    "versions of a model": ("llama-3", "llama-3.1"),
    "a short name that is also another thing": ("go", "lumen-go"),
}


@pytest.mark.parametrize("names", CASES.values(), ids=CASES.keys())
def test_two_names_of_one_thing_have_one_cluster(names: tuple[str, str]) -> None:
    first, second = ({one.cluster for one in MENTIONS if one.text == name} for name in names)
    assert first & second


@pytest.mark.parametrize("clusters", APART.values(), ids=APART.keys())
def test_two_things_that_are_easily_confused_have_two_clusters(clusters: tuple[str, str]) -> None:
    assert set(clusters) <= {one.cluster for one in MENTIONS}
