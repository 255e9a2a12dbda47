"""The session's stack under attack: kills, strangers, open ports."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection, HTTPException

import boto3
import botocore.exceptions
import neo4j
import psutil
import psycopg
import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.clock import utc_now
from workbench.settings import Settings
from workbench.stack.clickhouse import basic_header, request
from workbench.stack.control import stop_servers
from workbench.stack.doctor import secret_files
from workbench.stack.layout import Layout
from workbench.stack.logs import log_files, read_log
from workbench.stack.process import ProcessIdentity
from workbench.stack.registry import SERVERS, site_of
from workbench.stack.state import read_state
from workbench.stack.status import stack_status
from workbench.stack.supervision import supervisor_runs

pytestmark = [pytest.mark.kafka, pytest.mark.neo4j, pytest.mark.clickhouse, pytest.mark.postgresql, pytest.mark.s3]


def clickhouse(settings: Settings, statement: str, **parameters: str) -> str:
    basic = basic_header(settings.clickhouse.user, settings.clickhouse.password.get_secret_value())
    status, body = request(settings.clickhouse.port, basic, text=statement, parameters=parameters)
    assert status == 200, body
    return body.strip()


def postgresql(settings: Settings, **other: str) -> psycopg.Connection[tuple[object, ...]]:
    given = settings.postgresql
    account = {"user": given.user, "password": given.password.get_secret_value(), "dbname": given.database}
    return psycopg.connect(host="127.0.0.1", port=given.port, connect_timeout=5, **{**account, **other})  # type: ignore[arg-type]


@contextmanager
def graph(settings: Settings, password: str | None = None) -> Iterator[neo4j.Session]:
    secret = password or settings.neo4j.password.get_secret_value()
    auth = (settings.neo4j.username, secret)
    with neo4j.GraphDatabase.driver(settings.neo4j.uri, auth=auth) as driver, driver.session() as session:
        yield session


def bucket(settings: Settings, **other: object) -> "boto3.resources.base.ServiceResource":
    given = settings.object_store
    keys = {"aws_access_key_id": given.access_key, "aws_secret_access_key": given.secret_key.get_secret_value()}
    config = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"})
    made = {**keys, "config": config, **other}
    return boto3.resource("s3", endpoint_url=given.endpoint, region_name="us-east-1", **made).Bucket(
        "helixagent-datalake"
    )


def write_everywhere(settings: Settings, word: str) -> None:
    from workbench.stream.admin import create_topics
    from workbench.stream.client import KafkaProducer

    create_topics(settings)
    producer = KafkaProducer(bootstrap_servers=settings.kafka.bootstrap_servers, acks="all")
    producer.send("helixagent.conversations", word.encode(), partition=0).get(timeout=20)
    producer.close()
    with graph(settings) as session:
        session.run("CREATE (:Survivor {word: $word})", word=word).consume()
    clickhouse(settings, "CREATE TABLE IF NOT EXISTS survivors (word String) ENGINE = MergeTree ORDER BY word")
    clickhouse(settings, "INSERT INTO survivors SELECT {word:String}", word=word)
    with postgresql(settings) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS survivors (word text)")
        connection.execute("INSERT INTO survivors VALUES (%s)", (word,))
    bucket(settings).put_object(Key=f"survivors/{word}", Body=word.encode())


def read_everywhere(settings: Settings, word: str) -> dict[str, int]:
    """Copies of the word per server."""
    from workbench.stream.client import KafkaConsumer, KafkaTopicPartition

    place = KafkaTopicPartition("helixagent.conversations", 0)
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka.bootstrap_servers, auto_offset_reset="earliest")
    consumer.assign([place])
    end = consumer.end_offsets([place])[place]
    values: list[bytes] = []
    while consumer.position(place) < end:
        values += [record.value for batch in consumer.poll(500).values() for record in batch]
    consumer.close()
    with graph(settings) as session:
        record = session.run("MATCH (s:Survivor {word: $word}) RETURN count(s)", word=word).single(strict=True)
    with postgresql(settings) as connection:
        row = connection.execute("SELECT count(*)::int FROM survivors WHERE word = %s", (word,)).fetchone()
    assert row is not None
    return {
        "kafka": values.count(word.encode()),
        "neo4j": record.value(),
        "clickhouse": int(clickhouse(settings, "SELECT count() FROM survivors WHERE word = {word:String}", word=word)),
        "postgresql": int(str(row[0])),
        "s3": len(list(bucket(settings).objects.filter(Prefix=f"survivors/{word}"))),
    }


ONE_EACH = dict.fromkeys(SERVERS, 1)


def test_killed_servers_are_started_again_with_their_data(servers: Servers) -> None:
    write_everywhere(servers.settings, "kills")
    killed = {name: servers.kill(name) for name in SERVERS}
    for name, process in killed.items():
        servers.wait_until_ready(name, other_than=process)
        assert servers.state(name).restarts == 1
    assert read_everywhere(servers.settings, "kills") == ONE_EACH


def test_up_after_a_killed_supervisor_takes_over_what_still_runs(servers: Servers) -> None:
    write_everywhere(servers.settings, "orphans")
    before = {name: servers.process(name) for name in SERVERS}
    first = read_state(servers.layout).supervisor
    assert first is not None
    first.send(signal.SIGKILL)
    assert first.wait(10.0)
    servers.start(*SERVERS)
    assert {name: servers.process(name) for name in SERVERS} == before
    assert read_state(servers.layout).supervisor != first
    servers.kill_and_wait("postgresql")  # a server that was taken over is watched
    assert read_everywhere(servers.settings, "orphans") == ONE_EACH


def test_up_after_everything_was_killed_brings_everything_back(servers: Servers) -> None:
    write_everywhere(servers.settings, "disaster")
    supervisor = read_state(servers.layout).supervisor
    assert supervisor is not None
    supervisor.send(signal.SIGKILL)
    assert supervisor.wait(10.0)
    for name in SERVERS:
        servers.kill(name)
    assert not supervisor_runs(servers.layout)
    servers.start(*SERVERS)
    assert read_everywhere(servers.settings, "disaster") == ONE_EACH


def test_an_orderly_stop_keeps_data_and_clickhouses_query_log(servers: Servers) -> None:
    clickhouse(servers.settings, "SELECT 'remember me'")
    stop_servers(servers.settings, ["clickhouse"])
    with pytest.raises(ConnectionRefusedError):
        clickhouse(servers.settings, "SELECT 1")
    servers.start("clickhouse")
    logged = (
        "SELECT count() > 0 FROM system.query_log WHERE query LIKE '%remember me%' AND query NOT LIKE '%query_log%'"
    )
    assert clickhouse(servers.settings, logged) == "1"


def test_a_frozen_server_is_called_silent(servers: Servers) -> None:
    def state() -> str:
        return next(one.state for one in stack_status(servers.settings) if one.name == "postgresql")

    assert state() == "running"
    with servers.frozen("postgresql"):
        assert state() == "silent"
    eventually(lambda: state() == "running", "postgresql runs again")


def test_neo4j_refuses_a_wrong_password_and_none(stack: Settings) -> None:
    with pytest.raises(neo4j.exceptions.AuthError), graph(stack, "wrong") as session:
        session.run("RETURN 1").consume()
    with neo4j.GraphDatabase.driver(stack.neo4j.uri) as driver, pytest.raises(neo4j.exceptions.ClientError):
        driver.verify_connectivity()


@pytest.mark.parametrize(
    "basic", ["", basic_header("default", ""), basic_header("helixagent", ""), basic_header("helixagent", "wrong")]
)
def test_clickhouse_refuses_whoever_does_not_send_the_exact_account(stack: Settings, basic: str) -> None:
    status, body = request(stack.clickhouse.port, basic, text="SELECT 42")
    assert status >= 400
    assert body.strip() != "42"


def test_clickhouse_does_not_take_its_password_elsewhere_than_in_the_header(stack: Settings) -> None:
    connection = HTTPConnection("127.0.0.1", stack.clickhouse.port, timeout=5)
    secret = stack.clickhouse.password.get_secret_value()
    connection.request("GET", "/?user=default&query=SELECT%2042", headers={"X-ClickHouse-User": "helixagent"})
    answer = connection.getresponse()
    assert (answer.status >= 400, secret in answer.read().decode()) == (True, False)
    connection.close()


@pytest.mark.parametrize(
    "other", [{"password": "wrong"}, {"password": ""}, {"user": "postgres"}, {"user": "postgres", "password": ""}]
)
def test_postgresql_refuses_wrong_passwords_and_its_superuser(stack: Settings, other: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError, match="password"):
        postgresql(stack, **other)


def test_postgresqls_role_owns_its_database_has_vectors_and_is_no_superuser(stack: Settings) -> None:
    with postgresql(stack) as connection:
        assert connection.execute("SELECT '[1,2]'::vector <-> '[1,5]'::vector").fetchone() == (3.0,)
        rights = "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(rights).fetchone() == (False, True, False)


@pytest.mark.parametrize(
    "other",
    [
        {"aws_secret_access_key": "wrong"},
        {"aws_access_key_id": "wrong"},
        {"config": Config(signature_version=UNSIGNED)},
    ],
    ids=["wrong secret", "wrong key", "no key"],
)
def test_the_object_store_refuses_wrong_keys_and_none(stack: Settings, other: dict[str, object]) -> None:
    bucket(stack).put_object(Key="private", Body=b"private")
    with pytest.raises(botocore.exceptions.ClientError, match=r"SignatureDoesNotMatch|InvalidAccessKeyId|AccessDenied"):
        bucket(stack, **other).Object("private").get()


@pytest.mark.parametrize("purpose", ["filer", "volume", "master", "admin"])
def test_no_other_port_of_the_object_store_serves_objects(stack: Settings, purpose: str) -> None:
    bucket(stack).put_object(Key="private", Body=b"private")
    port = site_of(Layout(stack.home), "s3").ports[purpose]
    for path in ("/buckets/helixagent-datalake/private", "/buckets/helixagent-datalake/", "/v1/config", "/dir/status"):
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException):
            continue
        finally:
            connection.close()
        assert answer.status >= 300, f"{purpose} answers {path} with {body[:80]!r}"
        assert b"private" not in body


def family(process: ProcessIdentity) -> list[psutil.Process]:
    leader = psutil.Process(process.pid)
    return [leader, *leader.children(recursive=True)]


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_listens_on_the_loopback_address_alone(stack: Settings, name: str) -> None:
    listening = [
        connection.laddr
        for process in family(Servers(stack).process(name))
        for connection in process.net_connections(kind="inet")
        if connection.status == psutil.CONN_LISTEN or connection.type == socket.SOCK_DGRAM
    ]
    assert listening
    assert {address.ip for address in listening} <= {"127.0.0.1", "::ffff:127.0.0.1"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has somebody else to run them as")
@pytest.mark.parametrize("name", ["postgresql", "s3"])
def test_root_runs_postgresql_and_the_object_store_as_nobody(stack: Settings, name: str) -> None:
    assert {process.username() for process in family(Servers(stack).process(name))} == {"nobody"}


def test_secrets_are_in_files_for_their_owner_and_in_no_command_line(stack: Settings) -> None:
    layout = Layout(stack.home)
    files = secret_files(layout)
    assert {"credentials.json", "connections.json", "users.xml", "auth.ini"} <= {path.name for path in files}
    assert [path for path in files if stat.S_IMODE(path.stat().st_mode) != 0o600] == []
    secrets = [value for key, value in json.loads(layout.credentials_file.read_text()).items() if key != "installation"]
    for name in SERVERS:
        for process in family(Servers(stack).process(name)):
            line = " ".join(process.cmdline())
            assert not any(secret in line for secret in secrets)


def run_verb(stack: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "WORKBENCH_HOME": str(stack.home), "COLUMNS": "200"}
    command = [sys.executable, "-m", "workbench", *arguments]
    return subprocess.run(command, env=environ, cwd=stack.home, capture_output=True, text=True, check=False)


def test_status_tells_machines_what_runs(stack: Settings) -> None:
    done = run_verb(stack, "status", "--json")
    assert done.returncode == 0, done.stderr
    found = {one["name"]: one for one in json.loads(done.stdout)}
    assert {name: one["state"] for name, one in found.items()} == dict.fromkeys(SERVERS, "running")
    assert found["postgresql"]["port"] == stack.postgresql.port
    assert all(one["pid"] and one["version"] and one["uptime_s"] >= 0 for one in found.values())
    assert all(one["memory_bytes"] > 5 * 2**20 for one in found.values())


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("kafka", "Started"),
        ("neo4j", "Started"),
        ("postgresql", "ready to accept"),
        ("s3", "S3 API"),
        ("supervisor", "state"),
    ],
)
def test_what_a_server_wrote_is_read_with_its_time(stack: Settings, name: str, word: str) -> None:
    found = [entry for file in log_files(Layout(stack.home).logs, name) for entry in read_log(file, match=word)]
    assert found
    assert all(entry.time and entry.time > utc_now() - timedelta(hours=1) for entry in found)


def test_logs_prints_what_matches(stack: Settings) -> None:
    done = run_verb(stack, "logs", "postgresql", "--match", "ready to accept", "--since", "1h", "--level", "info")
    assert (done.returncode, "ready to accept" in done.stdout) == (0, True), done.stderr


def test_doctor_finds_nothing_wrong_and_then_a_readable_secret(stack: Settings) -> None:
    def problems() -> list[str]:
        done = run_verb(stack, "doctor", "--json")
        found = [one for one in json.loads(done.stdout) if one["verdict"] == "problem"]
        assert done.returncode == (4 if found else 0), done.stderr
        return [one["check"] for one in found]

    assert problems() == []
    layout = Layout(stack.home)
    layout.connections_file.chmod(0o644)
    try:
        assert problems() == ["permissions"]
    finally:
        layout.connections_file.chmod(0o600)


def test_readiness_means_that_clients_are_served(servers: Servers) -> None:
    checks: dict[str, Callable[[], object]] = {
        "neo4j": lambda: _first_query(servers.settings),
        "postgresql": lambda: postgresql(servers.settings).close(),
    }
    for name, check in checks.items():
        servers.kill_and_wait(name)
        check()  # at once, without another try


def _first_query(settings: Settings) -> None:
    with graph(settings) as session:
        assert session.run("RETURN 1").single(strict=True).value() == 1
