import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from workbench.cli.config import register
from workbench.errors import SettingsError, UsageError


@pytest.fixture
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


@pytest.fixture(autouse=True)
def _clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WORKBENCH_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BIGDATA_NEO4J_PASSWORD", "hunter2")
    monkeypatch.setenv("SVC_KAFKA_HOST", "broker")
    monkeypatch.setenv("SVC_REDIS_HOST", "cache")


def test_show_prints_name_value_and_source_and_masks_secrets(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["config", "show"])
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split()[1:] for line in result.output.splitlines() if line.strip()}
    assert lines["BIGDATA_KAFKA_BOOTSTRAP_SERVERS"] == ["broker:9092", "environment", "by", "SVC_KAFKA_HOST"]
    assert lines["BIGDATA_NEO4J_PASSWORD"] == ["********", "environment"]
    assert lines["BIGDATA_NEO4J_DATABASE"] == ["neo4j", "default"]
    assert "SVC_REDIS_HOST is ignored" in result.output
    assert "hunter2" not in result.output


def test_show_as_json_can_be_read_by_a_machine(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["config", "show", "--json", "--section", "neo4j"])
    found = json.loads(result.output)
    rows = {row["env"]: row for row in found["settings"]}
    assert {row["section"] for row in rows.values()} == {"neo4j"}
    assert rows["BIGDATA_NEO4J_PASSWORD"]["value"] == "********"
    assert rows["BIGDATA_NEO4J_PASSWORD"]["source"] == "environment"
    assert len(found["notes"]) == 1


def test_show_can_leave_defaults_out(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["config", "show", "--json", "--changed"])
    rows = json.loads(result.output)["settings"]
    assert rows
    assert all(row["source"] != "default" for row in rows)


def test_an_unknown_section_is_told_with_the_known_ones(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["config", "show", "--section", "neo"])
    assert isinstance(result.exception, UsageError)
    assert "general, kafka, neo4j" in str(result.exception)


def test_check_says_what_it_read(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["config", "check"])
    assert result.exit_code == 0
    assert "settings are fine: profile development" in result.output
    assert "servers of your own: kafka" in result.output


def test_check_fails_on_a_wrong_value(app: typer.Typer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIGDATA_CLICKHOUSE_PORT", "abc")
    result = CliRunner().invoke(app, ["config", "check"])
    assert isinstance(result.exception, SettingsError)
    assert "BIGDATA_CLICKHOUSE_PORT is 'abc'" in str(result.exception)
