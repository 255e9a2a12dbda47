from datetime import UTC, datetime, timedelta, timezone

import pytest

from workbench.errors import UsageError
from workbench.graph.reading.bounds import MOST_ENTITIES, check_limit, check_ratio, moment, window
from workbench.graph.reading.neighbourhood import neighbourhood, shortest_path
from workbench.graph.reading.ranking import top_entities
from workbench.graph.reading.reader import GraphReader
from workbench.graph.reading.search import search_entities
from workbench.settings import Settings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.mark.parametrize("limit", [0, -1, MOST_ENTITIES + 1])
def test_a_limit_out_of_range_is_refused_before_anything_is_asked(limit: int) -> None:
    with GraphReader(Settings()) as nobody_there:
        with pytest.raises(UsageError, match=f"limit is {limit}; give a number from 1 to {MOST_ENTITIES}"):
            top_entities(nobody_there, limit=limit)


def test_what_cannot_be_asked_is_refused_before_anything_is_asked() -> None:
    with GraphReader(Settings()) as nobody_there:
        with pytest.raises(UsageError, match="depth is 6; give a number from 1 to 5"):
            neighbourhood(nobody_there, "a", depth=6)
        with pytest.raises(UsageError, match=r"min_confidence is 1\.5; give a number from 0 to 1"):
            neighbourhood(nobody_there, "a", min_confidence=1.5)
        with pytest.raises(UsageError, match="as_of is 2026-01-31T12:00:00 without a zone"):
            neighbourhood(nobody_there, "a", as_of=NOON.replace(tzinfo=None))
        with pytest.raises(UsageError, match="both ends are 'a'"):
            shortest_path(nobody_there, "a", "a")
        with pytest.raises(UsageError, match="min_mentions is -1"):
            search_entities(nobody_there, "a", min_mentions=-1)


def test_bounds_are_within() -> None:
    assert check_limit(1) == 1
    assert check_limit(MOST_ENTITIES) == MOST_ENTITIES
    assert (check_ratio("r", 0), check_ratio("r", 1)) == (0.0, 1.0)
    with pytest.raises(UsageError, match="nan"):
        check_ratio("r", float("nan"))


def test_times_are_told_in_utc() -> None:
    assert moment("at", NOON.astimezone(timezone(timedelta(hours=5)))) == NOON
    assert moment("at", None) is None


def test_a_window_may_be_empty_or_open_and_must_not_end_before_it_begins() -> None:
    assert window(NOON, NOON) == {"since": NOON, "until": NOON}
    assert window(None, None) == {"since": None, "until": None}
    with pytest.raises(UsageError, match=r"ends at .*, before it begins at"):
        window(NOON, NOON - timedelta(seconds=1))
