"""What is found in a turn, and what is not."""

import pytest

from workbench.context.signals import NAME_CHARS, NAMES_A_TURN, STEMS_A_TURN, signals_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("We decided to move to Kafka", {"decision"}),
        ("I prefer tea", {"preference"}),
        ("You must not forget", {"promise"}),
        ("my name is Ada", {"promise"}),
        ("the name of the game", set()),
        ("that costs 9 euros", {"number"}),
        ("see `git log`", {"code"}),
        ("call getUserName(id) first", {"code"}),
        ("open src/main/app first", {"code"}),
        ("(and so on)", set()),
        ("either/or", set()),
        ("write to ada@example.org", {"code"}),
        ("it was nice", set()),
        ("", set()),
    ],
)
def test_each_signal_is_found_by_its_own_words(text: str, found: set[str]) -> None:
    signals = signals_of(text)
    assert {name for name in ("decision", "preference", "promise", "code", "number") if getattr(signals, name)} == found
    assert signals.fact == bool(found & {"code", "number"})
    assert signals.commitment == bool(found & {"decision", "preference", "promise"})


def test_names_are_capitals_within_a_sentence_and_acronyms() -> None:
    assert signals_of("Then Ada met Grace Hopper. She works at NASA").names == ("Ada", "Grace", "Hopper", "NASA")
    assert signals_of("in München, not Ulm").names == ("München", "Ulm")
    assert signals_of("all in small letters").names == ()


def test_stems_are_what_the_turn_is_about() -> None:
    assert signals_of("The brokers are working, and a broker works").stems == ("broke", "worki", "works")


def test_whatever_is_said_the_answer_is_bounded() -> None:
    found = signals_of(" ".join(f"x Name{n}{'y' * 99}" for n in range(10_000)))
    assert len(found.stems) <= STEMS_A_TURN
    assert len(found.names) == NAMES_A_TURN
    assert all(len(name) <= NAME_CHARS for name in found.names)


@pytest.mark.parametrize("text", ["%s %(x)s {} {0}", "'; DROP TABLE segments; --", "\x00\ud800", "\U0001f600", "分区"])
def test_any_text_is_harmless(text: str) -> None:
    signals_of(text)
