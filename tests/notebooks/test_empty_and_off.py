"""Each notebook on stores that hold nothing, and with a component off: calm, and another outcome than with data.

With data all seven run in ``tests/integration/test_run.py``.
"""

from pathlib import Path

import pytest

from workbench.course.runner import run_all
from workbench.pipelines.prepare import prepare
from workbench.settings import Settings

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]

OFF = {
    "01_architecture": {"without": "knowledge_graph"},
    "02_configuration": {"without": "data_lake"},
    "03_knowledge_graph": {"without": "knowledge_graph"},
    "04_infinite_context": {"without": "infinite_context"},
    "05_data_lake": {"without": "data_lake"},
    "06_analytics": {"without": "analytics"},
    "07_health": {"without": "data_lake"},
}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("parameters", [{}, OFF], ids=["empty stores", "a component off"])
def test_every_notebook_is_calm(fresh: Settings, tmp_path: Path, parameters: dict[str, dict[str, str]]) -> None:
    assert prepare(fresh)
    done = run_all(fresh, parameters=parameters, reports_dir=tmp_path / "reports")
    assert {outcome.name: outcome.failure for outcome in done.outcomes if not outcome.ok} == {}
    assert len(done.outcomes) == 7
    for name, values in parameters.items():
        report = (tmp_path / "reports" / f"{name}.html").read_text()
        assert all(value in report for value in values.values())
