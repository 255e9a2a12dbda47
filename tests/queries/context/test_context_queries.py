"""Read queries of the context store, by data alone: each JSON file here is one case.

``given`` is what was said (through the real sink, with its token budget of a segment), ``params`` go to the
query, ``expect`` lists the rows it must give, in order, by the columns that matter; ``sum`` is the arithmetic.
Tokens are those of o200k_base: each of the short texts here takes 2, a lone word 1.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration.context_batches import deliveries, message
from workbench.database import migrations
from workbench.database.connection import connect
from workbench.database.pool import open_pool
from workbench.database.statements import statement
from workbench.pipelines.context_ingest import ContextSink
from workbench.queries import load_query, query_names
from workbench.settings import Settings
from workbench.stream.sink import Batch

CASES = sorted(Path(__file__).parent.glob("*.json"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.postgresql
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_query_gives_the_expected_rows(fresh: Settings, path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    migrations.apply(fresh)
    sink = ContextSink(open_pool(fresh, size=1), segment_tokens=case["given"]["segment_tokens"], segment_gap_s=1_800)
    said = [message(n, **one) for n, one in enumerate(case["given"]["messages"], 1)]
    sink.write(Batch(deliveries(said)))
    sink.close()
    with connect(fresh.postgresql, autocommit=True) as connection:
        cursor = connection.execute(statement(case["query"]), case["params"])
        names = [column.name for column in cursor.description or ()]
        found = [dict(zip(names, map(_plain, row), strict=True)) for row in cursor]
    columns = list(case["expect"][0]) if case["expect"] else []
    assert len(found) == len(case["expect"])
    for row, expected in zip(found, case["expect"], strict=True):
        assert {name: row[name] for name in columns} == pytest.approx(expected)


def test_every_read_query_has_a_case() -> None:
    covered = {json.loads(path.read_text(encoding="utf-8"))["query"] for path in CASES}
    assert covered == set(query_names("context", "read"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_case_gives_every_declared_parameter_and_shows_its_arithmetic(path: Path) -> None:
    case = json.loads(path.read_text(encoding="utf-8"))
    assert set(case["params"]) == set(load_query("context", case["query"]).parameters)
    assert case["sum"]
