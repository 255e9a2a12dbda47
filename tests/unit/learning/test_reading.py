"""What is read out of turns: acts, preferences, profiles."""

import time

import pytest

from benchmarks.learning_corpora import conversation
from workbench.learning.acts import act_of, intent_of, is_greeting
from workbench.learning.preferences import stated_preferences
from workbench.learning.profile import opening, profile_of


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("My build fails with an error, can you fix it?", "problem_solving"),
        ("The page doesn't load.", "problem_solving"),
        ("Write a haiku about rain", "creation_task"),
        ("Could you please create a table of them?", "creation_task"),
        ("Explain recursion to me", "explanation_request"),
        ("What is the difference between a list and a tuple?", "explanation_request"),
        ("How do I reset my password?", "help_seeking"),
        ("I need some help with my tax form", "help_seeking"),
        ("What are you up to?", None),
        ("How are you?", None),
        ("What is your favorite movie?", None),
        ("I went to the lake.", None),
    ],
)
def test_intents_are_read_and_small_talk_has_none(text: str, intent: str | None) -> None:
    assert intent_of(text) == intent


def test_what_is_said_about_the_answer_comes_before_what_is_asked_next() -> None:
    assert act_of("No, that's wrong. How do I install it?") == "complaint"
    assert act_of("Thanks! What is a monad?") == "thanks"


def test_a_greeting_is_not_what_a_conversation_opens_with() -> None:
    assert is_greeting("Hi there!")
    profile = profile_of(
        conversation(1, "u", [("user", "Hello!"), ("assistant", "Hi."), ("user", "It crashes at start.")])
    )
    assert profile is not None
    assert opening(profile) == ("problem_solving", "m1-2")


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("I prefer short answers.", ["like:short"]),
        ("Please keep it short.", ["like:short"]),
        ("I really don't like long emojis", ["dislike:long", "dislike:emoji"]),
        ("My favorite color is green.", ["like:color", "like:green"]),
        ("I'd rather have tea than coffee", ["like:tea"]),
        ("Be brief, please.", ["like:brief"]),
        ("What is lag? In French, please.", ["like:french"]),
        ("Dark mode works best for me", ["like:dark", "like:mode"]),
        ("It rained.", []),
        ("SELECT * FROM users; -- %s {0}", []),
    ],
)
def test_preferences_are_content_words_with_their_sign(text: str, keys: list[str]) -> None:
    assert [one.key for one in stated_preferences(text)] == keys


def test_a_profile_leaves_out_what_the_application_repeats() -> None:
    said = conversation(
        1, "u", [("system", "You are Kafka's helper. I prefer Redis."), ("user", "We use Neo4j."), ("tool", "Docker")]
    )
    profile = profile_of(said)
    assert profile is not None
    assert [one.label for one in profile.entities.values()] == ["Neo4j"]
    assert profile.preferences == {}


def test_a_conversation_without_turns_has_no_profile() -> None:
    assert profile_of(conversation(1, "u", [])) is None
    assert profile_of(conversation(1, "u", [("system", "x")])) is None


@pytest.mark.parametrize("text", ["\n" * 4_000, " \n" * 2_000, "a-" * 2_000, ". " * 2_000, ", please " * 500])
def test_reading_takes_time_in_proportion_to_the_text(text: str) -> None:
    started = time.perf_counter()
    stated_preferences(text)
    act_of(text)
    assert time.perf_counter() - started < 0.5  # quadratic patterns took up to 3 s
