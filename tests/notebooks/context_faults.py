"""What can go wrong behind the back of the context sink, each by one statement on conversation ``long``."""

from collections.abc import Callable

from workbench.database.connection import connect
from workbench.settings import Settings


def _changed(settings: Settings, statement: str) -> int:
    with connect(settings.postgresql, autocommit=True) as connection:
        return connection.execute(statement.encode()).rowcount


def lose_a_segment(settings: Settings) -> int:
    """A segment of the conversation goes, its messages stay."""
    return _changed(settings, "DELETE FROM segments WHERE conversation_id = 'long' AND segment = 1")


def swell_a_segment(settings: Settings) -> int:
    """A segment took in more than its budget."""
    return _changed(
        settings,
        "UPDATE segments SET token_count = token_count + 2000 WHERE conversation_id = 'long' AND turn_count > 1",
    )


def raise_a_priority(settings: Settings) -> int:
    """A priority is more than its parts say."""
    return _changed(
        settings, "UPDATE segments SET priority = priority + 1 WHERE conversation_id = 'long' AND segment = 2"
    )


def count_turns_too_small(settings: Settings) -> int:
    """The store holds every turn for a single token."""
    return _changed(settings, "UPDATE conversation_events SET tokens = 1 WHERE conversation_id = 'long'")


FAULTS: dict[Callable[[Settings], int], str] = {
    lose_a_segment: "Every message is in exactly one segment.",
    swell_a_segment: "No segment of several messages exceeds its budget.",
    raise_a_priority: "Every priority is what its parts add up to.",
    count_turns_too_small: "The window fits its budget.",
}
"""Fault -> the claim of notebook 4 that fails under it."""

CHOICES: dict[str, dict[str, object]] = {
    "The conversation is longer than its window.": {"window_tokens": 100_000},
    "At every size the engine's window has more of the evidence.": {"search": False},
}
"""Claim of notebook 4 -> parameters under which it fails: a window that holds everything, and no search."""
