"""Labelled questions point at turns that exist, and are spread over the whole talk."""

from workbench.providers.question_labels import technical_questions
from workbench.providers.recordings import recordings


def test_every_question_names_turns_of_the_technical_conversations() -> None:
    lengths = {one.conversation_id: len(one.turns) for one in recordings("technical")}
    places = [place for one in technical_questions() for place in one.evidence]
    assert all(0 <= place.turn < lengths[place.conversation_id] for place in places)
    assert all(one.evidence and one.question.endswith("?") for one in technical_questions())


def test_questions_are_told_apart_and_spread_over_the_whole_talk() -> None:
    questions = technical_questions()
    assert len({one.question for one in questions}) == len(questions) == 50
    order = [one.conversation_id for one in recordings("technical")]
    asked = [order.index(one.evidence[0].conversation_id) for one in questions]
    assert min(asked) == 0
    assert max(asked) == len(order) - 1
    assert sum(at < len(order) // 2 for at in asked) > 20
