import json
import os
import time
from pathlib import Path

import pytest

from tests.unit.settings.conftest import Load
from workbench.errors import SettingsError
from workbench.settings import Settings, load_settings
from workbench.settings.fields import all_fields, names, value_at
from workbench.settings.sources import CONNECTIONS_FILE, Layer, profile_layer


def origin(settings: Settings, path: str) -> tuple[str, str]:
    found = settings.provenance.origins[path]
    return found.env, found.source


HELIXAGENT = {
    "BIGDATA_ENABLE_INFINITE_CONTEXT": True,
    "BIGDATA_ENABLE_DISTRIBUTED_MEMORY": True,
    "BIGDATA_ENABLE_KNOWLEDGE_GRAPH": True,
    "BIGDATA_ENABLE_ANALYTICS": True,
    "BIGDATA_ENABLE_CROSS_LEARNING": True,
    "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": "localhost:9092",
    "BIGDATA_KAFKA_CONSUMER_GROUP": "helixagent-bigdata",
    "BIGDATA_CLICKHOUSE_HOST": "localhost",
    "BIGDATA_CLICKHOUSE_PORT": 8123,
    "BIGDATA_CLICKHOUSE_DATABASE": "helixagent_analytics",
    "BIGDATA_CLICKHOUSE_USER": "default",
    "BIGDATA_CLICKHOUSE_PASSWORD": "",
    "BIGDATA_NEO4J_URI": "bolt://localhost:7687",
    "BIGDATA_NEO4J_USERNAME": "neo4j",
    "BIGDATA_NEO4J_PASSWORD": "",
    "BIGDATA_NEO4J_DATABASE": "neo4j",
    "BIGDATA_CONTEXT_CACHE_SIZE": 1000,
    "BIGDATA_CONTEXT_CACHE_TTL": 86_400.0,
    "BIGDATA_CONTEXT_COMPRESSION_TYPE": "hybrid",
    "BIGDATA_LEARNING_MIN_CONFIDENCE": 0.7,
    "BIGDATA_LEARNING_MIN_FREQUENCY": 3,
}


@pytest.mark.parametrize("name", HELIXAGENT)
def test_each_of_helixagents_names_has_the_products_default(name: str) -> None:
    field = next(field for field in all_fields() if field.env == name)
    value = field.default.get_secret_value() if field.secret else field.default
    assert value == HELIXAGENT[name]


def test_helixagent_reads_21_names() -> None:
    assert len(HELIXAGENT) == 21


def test_every_name_is_there_once() -> None:
    assert len(names()) == len(all_fields())


def test_without_anything_every_value_is_a_default_or_the_profiles(load: Load) -> None:
    settings = load()
    assert {found.source for found in settings.provenance.origins.values()} == {
        "environment",  # WORKBENCH_HOME, by the fixture
        "configs/development.yaml",
    }
    assert settings.kafka.bootstrap_servers == "localhost:9092"
    assert settings.required == frozenset()


def test_each_place_wins_over_the_ones_below(
    load: Load, home: Path, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, path = "BIGDATA_KAFKA_CONSUMER_GROUP", "kafka.consumer_group"
    profile = Layer("configs/development.yaml", {name: "from-profile"}, "profile")
    assert load().kafka.consumer_group == "helixagent-bigdata"
    (home / CONNECTIONS_FILE).write_text(json.dumps({name: "from-stack"}))
    assert (load().kafka.consumer_group, origin(load(), path)) == ("from-stack", (name, "local stack"))
    monkeypatch.setattr("workbench.settings.sources.profile_layer", lambda _name: profile)
    assert (load().kafka.consumer_group, origin(load(), path)[1]) == ("from-profile", "configs/development.yaml")
    (home / ".env").write_text(f"{name}=from-home\n")
    assert (load().kafka.consumer_group, origin(load(), path)[1]) == ("from-home", str(home / ".env"))
    (here / ".env").write_text(f"{name}=from-here\n")
    assert (load().kafka.consumer_group, origin(load(), path)[1]) == ("from-here", str(here / ".env"))
    environ = {name: "from-environment"}
    assert load(environ).kafka.consumer_group == "from-environment"
    settings = load(environ, BIGDATA_KAFKA_CONSUMER_GROUP="from-argument")
    assert (settings.kafka.consumer_group, origin(settings, path)) == ("from-argument", (name, "argument"))


def test_an_argument_of_none_leaves_the_value_alone(load: Load) -> None:
    assert load({"BIGDATA_NEO4J_DATABASE": "x"}, BIGDATA_NEO4J_DATABASE=None).neo4j.database == "x"


def test_empty_text_is_unset(load: Load, here: Path) -> None:
    (here / ".env").write_text("BIGDATA_CLICKHOUSE_PORT=\nBIGDATA_CLICKHOUSE_HOST=db\n")
    settings = load({"BIGDATA_CLICKHOUSE_HOST": "", "BIGDATA_ENABLE_ANALYTICS": ""})
    assert settings.clickhouse.port == 8123
    assert settings.clickhouse.host == "db"
    assert settings.components.analytics is True


def test_the_dotenv_file_here_may_say_where_home_is(here: Path, tmp_path: Path) -> None:
    (here / ".env").write_text(f"WORKBENCH_HOME={tmp_path / 'elsewhere'}\n")
    settings = load_settings({}, directory=here)
    assert settings.home == tmp_path / "elsewhere"
    assert settings.outbox_path == tmp_path / "elsewhere" / "outbox" / "outbox.sqlite"


def test_a_dotenv_file_at_home_cannot_move_home(load: Load, home: Path) -> None:
    (home / ".env").write_text("WORKBENCH_HOME=/tmp\n")
    with pytest.raises(SettingsError, match="cannot be set in the folder that it names"):
        load()


def test_a_dotenv_file_keeps_dollars_quotes_and_foreign_names(load: Load, here: Path) -> None:
    (here / ".env").write_text("export BIGDATA_NEO4J_PASSWORD='a$b${HOME}#c'\nDB_PASSWORD=x\nREDIS_URL=y\n")
    assert load().neo4j.password.get_secret_value() == "a$b${HOME}#c"


def test_the_process_environment_is_read_when_none_is_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(("BIGDATA_", "SVC_", "WORKBENCH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKBENCH_HOME", str(home))
    monkeypatch.setenv("BIGDATA_CONTEXT_CACHE_TTL", "90m")
    assert load_settings(directory=home).context.cache_ttl_s == 5_400.0  # 90 * 60


def test_settings_are_frozen(load: Load) -> None:
    settings = load()
    with pytest.raises(ValueError, match="frozen"):
        settings.kafka.consumer_group = "x"  # type: ignore[misc]


def test_names_of_the_test_suite_are_no_errors(load: Load) -> None:
    assert load({"WORKBENCH_TEST_FULL": "1", "WORKBENCH_SHARED_DATA": "/data"}).shared_data == Path("/data")


def test_loading_takes_less_than_20_ms(load: Load, here: Path, home: Path) -> None:
    (here / ".env").write_text("BIGDATA_NEO4J_PASSWORD=abcdefgh\n")
    (home / CONNECTIONS_FILE).write_text(json.dumps({"SVC_POSTGRESQL_PORT": "1234"}))
    load()
    took = []
    for _ in range(20):
        begin = time.perf_counter()
        load({"SVC_KAFKA_HOST": "broker"})
        took.append(time.perf_counter() - begin)
    assert min(took) < 0.020


@pytest.mark.parametrize("profile", ["development", "production"])
def test_a_profile_file_holds_known_names_and_valid_values(profile: str) -> None:
    layer = profile_layer(profile)
    assert layer.values
    environ = {**{name: str(value) for name, value in layer.values.items()}, "WORKBENCH_KAFKA_SASL_USERNAME": "ann"}
    settings = load_settings(environ, directory=Path("/nonexistent"), WORKBENCH_HOME="/nonexistent")
    assert all(value_at(settings, names()[name]) is not None for name in layer.values)


def test_an_unknown_profile_is_refused(load: Load) -> None:
    with pytest.raises(SettingsError, match=r"WORKBENCH_PROFILE is 'staging'.*development, production"):
        load({"WORKBENCH_PROFILE": "staging"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("kafka:\n  brokers: x\n", "unknown setting kafka.brokers"),
        ("neo4j:\n  password: x\n", "secret; give it as BIGDATA_NEO4J_PASSWORD"),
        ("home: /tmp\n", "cannot be set in a profile"),
        ("- a\n", "not a mapping"),
        ("kafka: [\n", "cannot be read"),
    ],
)
def test_a_profile_with_a_mistake_is_refused(
    load: Load, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, message: str
) -> None:
    (tmp_path / "development.yaml").write_text(text)
    monkeypatch.setattr("workbench.settings.sources.profiles_folder", lambda: tmp_path)
    with pytest.raises(SettingsError, match=message):
        load()


def test_a_broken_connections_file_says_what_to_run(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text("{")
    with pytest.raises(SettingsError, match="workbench up"):
        load()


def test_a_connections_file_of_an_older_version_is_no_error(load: Load, home: Path) -> None:
    (home / CONNECTIONS_FILE).write_text(json.dumps({"WORKBENCH_GONE": "1", "BIGDATA_CLICKHOUSE_PORT": "9"}))
    settings = load()
    assert settings.clickhouse.port == 9
    assert any("WORKBENCH_GONE" in note for note in settings.provenance.notes)
