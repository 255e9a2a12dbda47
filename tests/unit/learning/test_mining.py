"""Planted patterns are found, null conversations give none, thresholds and order are honoured."""

import random

import pytest

from benchmarks.learning_corpora import conversation, matches, planted, random_debates, shuffled, templates
from workbench.learning.mine import Threshold, impact_of, insights, mine, version_of
from workbench.learning.patterns import KEPT_EXAMPLES, Pattern
from workbench.learning.profile import Profile, profile_of
from workbench.learning.turns import SaidConversation

DEFAULT = Threshold(min_confidence=0.7, min_frequency=3)


def profiles(corpus: list[SaidConversation]) -> list[Profile]:
    return [found for found in map(profile_of, corpus) if found is not None]


@pytest.fixture(scope="module")
def found() -> tuple[list[Profile], list[Pattern]]:
    corpus = planted(1, null=150, times=6)
    read = profiles(corpus.conversations)
    return read, mine(read, corpus.debates, min_frequency=3)


def test_planted_patterns_are_found_and_nothing_else(found: tuple[list[Profile], list[Pattern]]) -> None:
    keys = planted(1, null=150, times=6).keys
    told = insights(found[1], DEFAULT)
    hit = [key for key in keys if any(matches(key, one.pattern_type, one.subject, one.key) for one in told)]
    right = [one for one in told if any(matches(key, one.pattern_type, one.subject, one.key) for key in keys)]
    assert len(hit) >= 0.9 * len(keys)
    assert len(right) >= 0.9 * len(told)


def test_every_insight_names_messages_of_conversations_that_show_it(found: tuple[list[Profile], list[Pattern]]) -> None:
    by_id = {one.conversation_id: one for one in found[0]}
    for pattern in insights(found[1], DEFAULT):
        assert 0 < len(pattern.examples) <= KEPT_EXAMPLES
        for example in pattern.examples:
            assert example.message_ids
            assert example.conversation_id in by_id or example.conversation_id.startswith("d")


def test_a_thousand_null_conversations_give_at_most_one_insight() -> None:
    null = profiles(shuffled(1000, 5, users=60))
    assert len(insights(mine(null, random_debates(200, 5), min_frequency=3), DEFAULT)) <= 1


def test_other_nulls_give_none_either() -> None:
    for users in (1, 40):
        null = profiles(templates(400, 3, users=users))
        assert len(insights(mine(null, random_debates(100, 3), min_frequency=3), DEFAULT)) <= 1


def test_order_does_not_matter(found: tuple[list[Profile], list[Pattern]]) -> None:
    shuffled_profiles = list(found[0])
    random.Random(1).shuffle(shuffled_profiles)
    debates = planted(1, null=150, times=6).debates
    assert mine(shuffled_profiles, debates[::-1], min_frequency=3) == found[1]


def test_the_configured_least_frequency_and_confidence_are_honoured(found: tuple[list[Profile], list[Pattern]]) -> None:
    patterns = found[1]
    often = insights(patterns, Threshold(0.7, 7))
    sure = insights(patterns, Threshold(0.88, 3))
    usual = insights(patterns, DEFAULT)
    assert all(one.counted >= 7 for one in often)
    assert all(one.confidence >= 0.88 for one in sure)
    assert 0 < len(often) < len(usual)
    assert 0 < len(sure) < len(usual)
    assert not insights(patterns, Threshold(1.0, 3))


def test_the_same_pattern_has_the_same_id_and_accumulates() -> None:
    def fan(count: int) -> Pattern:
        said = [
            conversation(n, "fan", [("user", "I prefer short answers."), ("assistant", "Fine.")]) for n in range(count)
        ]
        others = [
            conversation(100 + n, f"u{n % 5}", [("user", "I saw a film."), ("assistant", "Nice.")]) for n in range(60)
        ]
        (one,) = [p for p in mine(profiles(said + others), min_frequency=3) if p.key == "like:short"]
        return one

    few, many = fan(3), fan(12)
    assert few.pattern_id == many.pattern_id
    assert (few.frequency, many.frequency) == (3, 12)
    assert DEFAULT.passed(few)
    assert DEFAULT.passed(many)
    assert (version_of(few, min_frequency=3), version_of(many, min_frequency=3)) == (1, 3)
    assert impact_of(many) == "high"


def test_two_words_of_one_preference_are_one_insight() -> None:
    said = [conversation(n, "fan", [("user", "I prefer worked examples."), ("assistant", "Fine.")]) for n in range(5)]
    others = [
        conversation(100 + n, f"u{n % 5}", [("user", "I saw a film."), ("assistant", "Nice.")]) for n in range(60)
    ]
    told = [p for p in insights(mine(profiles(said + others), min_frequency=3), DEFAULT) if p.subject == "fan"]
    assert [one.pattern_type for one in told] == ["user_preference"]


def together(phrases: list[str]) -> list[Pattern]:
    said = [conversation(n, f"u{n}", [("user", phrases[n % len(phrases)]), ("assistant", "Fine.")]) for n in range(10)]
    others = [conversation(100 + n, f"v{n}", [("user", "I saw a film."), ("assistant", "Nice.")]) for n in range(90)]
    return insights(mine(profiles(said + others), min_frequency=3), DEFAULT)


def test_one_text_that_comes_again_is_not_ten_pieces_of_evidence_and_several_texts_are() -> None:
    texts = [
        "We run Kafka with Redis.",
        "Kafka feeds Redis here.",
        "Redis sits behind Kafka.",
        "Is Redis or Kafka down?",
    ]
    assert together(texts[:1]) == []
    (found,) = together(texts)
    assert (found.pattern_type, found.frequency, found.counted) == ("entity_cooccurrence", 10, pytest.approx(4.8))


def test_a_user_who_repeats_a_preference_counts_and_many_users_once_each_do_not() -> None:
    said = [conversation(n, f"u{n}", [("user", "I prefer short answers."), ("assistant", "Fine.")]) for n in range(8)]
    others = [conversation(100 + n, f"v{n}", [("user", "I saw a film."), ("assistant", "Nice.")]) for n in range(60)]
    assert insights(mine(profiles(said + others), min_frequency=3), DEFAULT) == []


def test_a_provider_that_fails_more_and_one_that_wins_more_are_told_apart() -> None:
    told = insights(mine([], random_debates(120, 2, won_by="beta", failing="gamma"), min_frequency=3), DEFAULT)
    assert {(one.pattern_type, one.key) for one in told} == {
        ("provider_performance", "wins:beta"),
        ("provider_performance", "fails:gamma"),
    }


def test_nothing_at_all_gives_nothing() -> None:
    assert mine([], min_frequency=3) == []
    assert mine(profiles([conversation(1, "u", [("user", "x")])]), min_frequency=0) is not None
