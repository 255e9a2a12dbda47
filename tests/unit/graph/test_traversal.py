import pytest

from workbench.errors import UsageError
from workbench.graph.traversal import MOST_ENTITIES, top_entities
from workbench.settings import Settings


@pytest.mark.parametrize("limit", [0, -1, MOST_ENTITIES + 1])
def test_a_limit_out_of_range_is_refused_before_anything_is_asked(limit: int) -> None:
    with pytest.raises(UsageError, match=f"limit is {limit}; give a number from 1 to {MOST_ENTITIES}"):
        top_entities(Settings(), limit=limit)
