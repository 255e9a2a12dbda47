"""One real stack for the whole session, and per test a clean part of it. Visible to all tests.

Mark tests with the servers that they need (kafka, neo4j, clickhouse, postgresql, s3): only the servers of
the collected tests are started. A test without such a mark that uses the stack gets all of them.

- ``stack``: settings of the session's stack. What a test leaves there, the next one finds.
- ``fresh``: settings for one test alone: own home (so an own outbox), ClickHouse database, PostgreSQL
  database, lake prefix and consumer group; Kafka's topics and the graph are emptied first.
- ``servers``: kill, freeze or take away servers of the session's stack; all are back afterwards.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.stack_faults import Servers
from tests.stack_waits import skip_or_fail
from workbench.errors import StackError
from workbench.settings import Settings, load_settings
from workbench.stack.account import remove_data
from workbench.stack.clickhouse import basic_header, request
from workbench.stack.control import start_stack, stop_stack
from workbench.stack.credentials import credentials
from workbench.stack.layout import Layout
from workbench.stack.process import ProcessIdentity
from workbench.stack.registry import SERVERS

_NEEDED = pytest.StashKey[set[str]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Note which servers the collected tests need."""
    needed: set[str] = set()
    for item in items:
        if {"stack", "fresh", "servers"} & set(getattr(item, "fixturenames", ())):
            marks = {mark.name for mark in item.iter_markers()} & set(SERVERS)
            needed |= marks or set(SERVERS)
    config.stash[_NEEDED] = needed


def settings_in(home: Path, **explicit: str) -> Settings:
    """Settings that know nothing but this home: no environment, no ``.env``."""
    return load_settings(environ={}, directory=home, WORKBENCH_HOME=home, **explicit)


def temporary_home() -> Path:
    """A new home that the account of PostgreSQL and S3 can cross."""
    home = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    home.chmod(0o711)
    return home


def remove_home(home: Path) -> None:
    """Stop what runs there and delete everything."""
    if Layout(home).folder.is_dir():
        stop_stack(settings_in(home))
        remove_data(home, credentials(Layout(home))["installation"])
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Settings of the session's stack."""
    needed = request.config.stash[_NEEDED]
    jars_url = os.environ.get("WORKBENCH_JARS_URL")
    home = temporary_home()
    Layout(home).create()
    try:
        try:
            settings = settings_in(home, WORKBENCH_JARS_URL=jars_url) if jars_url else settings_in(home)
            start_stack(settings, only=sorted(needed), owner=ProcessIdentity.of(os.getpid()))
        except StackError as error:
            skip_or_fail(f"the stack does not start: {error}")
        yield settings_in(home)
    finally:
        remove_home(home)


@pytest.fixture
def servers(stack: Settings) -> Iterator[Servers]:
    """The session's servers, to be disturbed; afterwards all are thawed, running and ready."""
    running = [name for name in SERVERS if Servers(stack).state(name).state == "running"]
    faults = Servers(stack)
    yield faults
    for name in running:
        if faults.state(name).process is not None:
            faults.thaw(name)
    faults.start(*running)
    for name in running:
        faults.wait_until_ready(name)


@pytest.fixture
def empty_topics(stack: Settings) -> None:
    """Kafka's topics, deleted and made again: offsets begin at 0."""
    from workbench.events.topics import TOPICS
    from workbench.stream.admin import create_topics, delete_topics

    delete_topics(stack, [topic.name for topic in TOPICS])
    create_topics(stack)


@pytest.fixture
def empty_graph(stack: Settings) -> None:
    """Neo4j without nodes; constraints and indexes stay."""
    import neo4j

    auth = (stack.neo4j.username, stack.neo4j.password.get_secret_value())
    with neo4j.GraphDatabase.driver(stack.neo4j.uri, auth=auth) as driver, driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()


def _postgresql(stack: Settings, statement: str) -> None:
    import psycopg

    given = stack.postgresql
    with psycopg.connect(
        host=given.host,
        port=given.port,
        user=given.user,
        password=given.password.get_secret_value(),
        dbname=given.database,
        autocommit=True,
    ) as connection:
        connection.execute(statement)


def _clickhouse(stack: Settings, statement: str) -> None:
    basic = basic_header(stack.clickhouse.user, stack.clickhouse.password.get_secret_value())
    status, body = request(stack.clickhouse.port, basic, text=statement)
    assert status == 200, body


@pytest.fixture
def fresh(request: pytest.FixtureRequest, stack: Settings) -> Iterator[Settings]:
    """Settings for one test alone; ``WORKBENCH_HOME=<fresh.home>`` gives them to a child process."""
    started = {name for name in SERVERS if Servers(stack).state(name).state == "running"}
    name = f"t{uuid4().hex[:12]}"
    if "kafka" in started:
        request.getfixturevalue("empty_topics")
    if "neo4j" in started:
        request.getfixturevalue("empty_graph")
    if "postgresql" in started:
        _postgresql(stack, f"CREATE DATABASE {name}")
    if "clickhouse" in started:
        _clickhouse(stack, f"CREATE DATABASE {name} ENGINE = Atomic")
    values = json.loads((stack.home / "connections.json").read_text())
    values |= {"BIGDATA_KAFKA_CONSUMER_GROUP": name}
    values |= {"WORKBENCH_POSTGRESQL_DATABASE": name} if "postgresql" in started else {}
    values |= {"BIGDATA_CLICKHOUSE_DATABASE": name} if "clickhouse" in started else {}
    values |= {"WORKBENCH_LAKE_URL": f"{values['WORKBENCH_LAKE_URL']}/{name}"} if "s3" in started else {}
    home = Path(tempfile.mkdtemp(prefix="workbench-test-"))
    (home / "connections.json").write_text(json.dumps(values))
    (home / "connections.json").chmod(0o600)
    yield settings_in(home)
    remove_home(home)
    if "postgresql" in started:
        _postgresql(stack, f"DROP DATABASE {name} WITH (FORCE)")
    if "clickhouse" in started:
        _clickhouse(stack, f"DROP DATABASE {name} SYNC")
