"""Token estimates, by hand."""

import pytest

from workbench.catalogue.models import FAMILIES, UNKNOWN
from workbench.catalogue.tokens import estimate_tokens


def test_nothing_is_no_token() -> None:
    assert estimate_tokens("", "gpt-4o") == 0


@pytest.mark.parametrize(
    ("text", "model", "tokens"),
    [
        ("a" * 8, "gpt-4o", 2),  # 8 / 4
        ("a" * 9, "gpt-4o", 3),  # 9 / 4 = 2.25, rounded up
        ("a" * 7, "claude-3-haiku", 2),  # 7 / 3.5
        ("a" * 7, "nobody-knows", 3),  # 7 / 3.3 = 2.12, rounded up
        ("Привет", "gpt-4o", 4),  # 6 letters of 2 bytes = 12; 12 / 3
        ("ok 分区", "gpt-4o", 3),  # 3 ASCII / 4 -> 1; 2 characters of 3 bytes = 6; 6 / 3 = 2
        ("\ud800", "gpt-4o", 1),  # a lone surrogate counts, it does not raise
    ],
)
def test_estimate_is_bytes_by_family(text: str, model: str, tokens: int) -> None:
    assert estimate_tokens(text, model) == tokens


def test_an_unknown_model_is_counted_at_the_most_cautious_rate() -> None:
    assert min(family.ascii_chars_per_token for family in FAMILIES) >= UNKNOWN.ascii_chars_per_token


def test_five_megabytes_are_five_million_bytes_by_four() -> None:
    assert estimate_tokens("word " * 1_000_000, "gpt-4o") == 1_250_000
