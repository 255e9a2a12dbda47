import pytest

from workbench.errors import ProviderError
from workbench.providers.recordings import SETS, recordings, technical_labels

ENTITY_TYPES = {"technology", "organization", "person", "concept"}
RELATIONSHIP_TYPES = {"WORKS_AT", "USES", "DEPENDS_ON", "READS_FROM", "WRITES_TO", "PART_OF", "REPLACES", "RUNS_ON"}


@pytest.mark.parametrize("set_name", SETS)
def test_turns_alternate_and_the_user_begins(set_name: str) -> None:
    for recording in recordings(set_name):
        roles = [turn.role for turn in recording.turns]
        assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"] * (len(roles) % 2)
        assert len(roles) >= 2


@pytest.mark.parametrize(("set_name", "count"), [("technical", 68), ("chitchat", 4018)])
def test_a_set_has_the_same_conversations_in_the_same_order_each_time(set_name: str, count: int) -> None:
    first = [one.conversation_id for one in recordings(set_name)]
    assert first == [one.conversation_id for one in recordings(set_name)]
    assert len(set(first)) == count


def test_messages_sent_one_after_the_other_make_one_turn() -> None:
    first = next(iter(recordings("chitchat")))
    assert first.turns[0].text == "Hello\nHow are you doing today?"
    assert first.turns[0].at.isoformat() == "2018-05-02T19:38:15+00:00"


def test_an_unknown_set_is_refused_by_name() -> None:
    with pytest.raises(ProviderError, match="no recorded set 'films'; sets: chitchat, technical"):
        recordings("films")


def test_every_label_stands_in_its_conversation() -> None:
    texts = {one.conversation_id: "\n".join(turn.text for turn in one.turns) for one in recordings("technical")}
    for labels in technical_labels():
        names = {name for name, _ in labels.entities}
        assert {kind for _, kind in labels.entities} <= ENTITY_TYPES
        assert not {name for name in names if name not in texts[labels.conversation_id]}
        for start, kind, end in labels.relationships:
            assert kind in RELATIONSHIP_TYPES
            assert {start, end} <= names


def test_the_technical_set_is_rich_enough_to_make_a_graph_of() -> None:
    labels = technical_labels()
    mentions = [name for one in labels for name, _ in one.entities]
    assert len(mentions) >= 250
    assert sum(len(one.relationships) for one in labels) >= 45
    assert sum(mentions.count(name) > 1 for name in set(mentions)) >= 30  # shared between conversations
