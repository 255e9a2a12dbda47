"""Starting and stopping, on scratch installations with one small server each."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stack_faults import Servers
from tests.stack_fixtures import remove_home, settings_in, temporary_home
from tests.stack_waits import eventually
from workbench.errors import PortTakenError, StackError
from workbench.settings import load_settings
from workbench.stack.account import FALLBACK, may_enter, service_account
from workbench.stack.control import running_servers, start_stack, stop_stack
from workbench.stack.credentials import credentials
from workbench.stack.layout import Layout
from workbench.stack.ports import choose_port, kept_ports
from workbench.stack.process import ProcessIdentity, marked
from workbench.stack.registry import SERVERS, site_of
from workbench.stack.state import read_state
from workbench.stack.status import stack_status
from workbench.stack.supervision import supervisor_runs

ME = ProcessIdentity.of(os.getpid())
ONLY = ("postgresql",)


@pytest.fixture
def home() -> Iterator[Path]:
    found = temporary_home()
    Layout(found).create()
    yield found
    remove_home(found)


def verb(home: Path, *arguments: str, **environ: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "workbench", *arguments],
        env={**os.environ, "WORKBENCH_HOME": str(home), "COLUMNS": "200", **environ},
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code, and the last line of what it said to people."""
    _, said = process.communicate(timeout=120)
    return process.returncode, said.strip().splitlines()[-1] if said.strip() else ""


def connect(home: Path) -> psycopg.Connection[tuple[object, ...]]:
    given = settings_in(home).postgresql
    secret = given.password.get_secret_value()
    return psycopg.connect(
        host=given.host, port=given.port, user=given.user, password=secret, dbname=given.database, connect_timeout=5
    )


def test_two_ups_at_once_start_one_stack(home: Path) -> None:
    both = [verb(home, "up", "--only", "postgresql") for _ in range(2)]
    assert [finished(one)[0] for one in both] == [0, 0]
    assert len(marked(home)) == 1
    assert running_servers(Layout(home)) == ["postgresql"]


def test_down_and_up_keep_data_ports_and_keys(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    with connect(home) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    before = (home / "connections.json").read_text()
    assert stop_stack(settings) == ["postgresql"]
    assert marked(home) == []
    assert not supervisor_runs(Layout(home))
    assert stop_stack(settings) == []
    start_stack(settings, only=ONLY, owner=ME)
    assert (home / "connections.json").read_text() == before
    with connect(home) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_up_leaves_alone_what_runs_and_adds_what_is_asked_for(home: Path) -> None:
    settings = settings_in(home)
    assert start_stack(settings, only=ONLY, owner=ME) == ["postgresql"]
    process = Servers(settings).process("postgresql")
    assert start_stack(settings, only=("clickhouse",), owner=ME) == ["clickhouse", "postgresql"]
    assert Servers(settings).process("postgresql") == process
    assert {"BIGDATA_CLICKHOUSE_PORT", "SVC_POSTGRESQL_PORT"} <= json.loads(
        (home / "connections.json").read_text()
    ).keys()


def test_only_servers_that_run_are_in_the_connections(home: Path) -> None:
    start_stack(settings_in(home), only=ONLY, owner=ME)
    names = json.loads((home / "connections.json").read_text()).keys()
    assert {name for name in names if name.startswith("BIGDATA_")} == set()


def test_a_port_that_somebody_took_is_named_with_who_and_what_to_do(home: Path) -> None:
    layout = Layout(home)
    port = site_of(layout, "postgresql").ports["postgresql"]
    with socket.create_server(("127.0.0.1", port)):
        with pytest.raises(PortTakenError) as caught:
            start_stack(settings_in(home), only=ONLY, owner=ME)
        code, last = finished(verb(home, "up", "--only", "postgresql"))
    assert f"port {port} (postgresql) is taken by" in str(caught.value)
    assert f"(pid {os.getpid()})" in str(caught.value)
    assert (code, last) == (4, f"workbench: {caught.value}")
    assert marked(home) == []
    assert not supervisor_runs(layout)
    start_stack(settings_in(home), only=ONLY, owner=ME)
    assert kept_ports(layout)["postgresql"]["postgresql"] == port


def test_a_server_that_cannot_start_is_one_line_with_its_last_words(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    stop_stack(settings)
    shutil.rmtree(site_of(Layout(home), "postgresql").data / "cluster" / "global")
    code, last = finished(verb(home, "up", "--only", "postgresql"))
    assert code == 4
    assert last.startswith("workbench: postgresql does not get ready: ended with exit code 2 | ")
    assert "global" in last
    assert marked(home) == []


def test_a_server_that_cannot_start_does_not_hinder_the_others(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    stop_stack(settings)
    shutil.rmtree(site_of(Layout(home), "postgresql").data / "cluster" / "global")
    with pytest.raises(StackError, match="postgresql does not get ready"):
        start_stack(settings, only=("postgresql", "clickhouse"), owner=ME)
    assert running_servers(Layout(home)) == ["clickhouse"]


def test_jars_that_cannot_be_downloaded_are_one_line_and_leave_nothing(home: Path) -> None:
    nowhere = f"http://127.0.0.1:{choose_port([])}/maven"
    cache = home / "cache"
    environ = {"WORKBENCH_JARS_URL": nowhere, "XDG_CACHE_HOME": str(cache)}
    code, last = finished(verb(home, "up", "--only", "kafka", **environ))
    assert code == 4
    assert last.startswith(f"workbench: {nowhere}/")
    assert "cannot be downloaded" in last
    assert [path for path in cache.rglob("*") if path.is_file()] == []
    assert not supervisor_runs(Layout(home))


def test_a_server_of_the_users_own_is_not_started(home: Path) -> None:
    elsewhere = load_settings({"SVC_POSTGRESQL_HOST": "db.example.org", "WORKBENCH_HOME": str(home)}, directory=home)
    assert start_stack(elsewhere, only=ONLY, owner=ME) == []
    assert {one.name: one.state for one in stack_status(elsewhere)}["postgresql"] == "external"
    assert marked(home) == []


def test_a_stack_with_an_owner_ends_with_it(home: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as owner:
        start_stack(settings_in(home), only=ONLY, owner=ProcessIdentity.of(owner.pid))
        assert marked(home)
        owner.kill()
    eventually(lambda: not supervisor_runs(Layout(home)), "the supervisor has ended")
    assert marked(home) == []
    assert read_state(Layout(home)).servers["postgresql"].state == "stopped"


def test_a_stack_whose_home_was_deleted_ends() -> None:
    home = temporary_home()
    start_stack(settings_in(home), only=("clickhouse",), owner=ME)
    supervisor = read_state(Layout(home)).supervisor
    assert supervisor is not None
    assert len(marked(home)) == 1
    shutil.rmtree(home, ignore_errors=True)
    assert supervisor.wait(60.0)
    assert marked(home) == []
    shutil.rmtree(home, ignore_errors=True)  # what the server wrote while it ended


def test_down_stops_what_a_killed_supervisor_left_and_up_works_again(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    supervisor = read_state(Layout(home)).supervisor
    assert supervisor is not None
    supervisor.send(signal.SIGKILL)
    assert supervisor.wait(10.0)
    assert len(marked(home)) == 1
    assert stop_stack(settings) == ["postgresql"]
    assert marked(home) == []
    assert start_stack(settings, only=ONLY, owner=ME) == ["postgresql"]


def test_a_server_that_was_never_recorded_does_not_block_the_next_start(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    supervisor = read_state(Layout(home)).supervisor
    assert supervisor is not None
    supervisor.send(signal.SIGKILL)
    assert supervisor.wait(10.0)
    Layout(home).state_file.unlink()  # as if it had been killed between start and record
    assert start_stack(settings, only=ONLY, owner=ME) == ["postgresql"]
    assert len(marked(home)) == 1


def test_a_pid_used_again_by_another_program_does_not_keep_postgresql_from_starting(home: Path) -> None:
    settings = settings_in(home)
    start_stack(settings, only=ONLY, owner=ME)
    stop_stack(settings)
    site = site_of(Layout(home), "postgresql")
    account = site.account
    # a stranger of the same account, and the lock of a killed postmaster that had its pid
    with subprocess.Popen(["sleep", "60"], user=account.uid if account else None) as stranger:
        lock = site.data / "cluster" / "postmaster.pid"
        lock.write_text(
            f"{stranger.pid}\n{site.data / 'cluster'}\n1700000000\n{site.ports['postgresql']}\n\n127.0.0.1\n"
        )
        if account:
            os.chown(lock, account.uid, account.gid)
        try:
            assert start_stack(settings, only=ONLY, owner=ME) == ["postgresql"]
        finally:
            stranger.kill()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs servers as another account")
def test_root_may_keep_its_home_where_nobody_can_enter() -> None:
    closed = Path(tempfile.mkdtemp(prefix="workbench-closed-"))
    home = closed / "home"
    account = service_account()
    assert account is not None
    assert not may_enter(account, home)
    try:
        assert start_stack(settings_in(home), only=("postgresql", "s3"), owner=ME) == ["postgresql", "s3"]
        data = FALLBACK / credentials(Layout(home))["installation"]
        assert site_of(Layout(home), "s3").data == data / "s3"
        with connect(home) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        remove_home(home)
        closed.rmdir()
    assert not data.exists()


def test_what_is_stopped_has_no_process_and_keeps_its_port(home: Path) -> None:
    start_stack(settings_in(home), only=ONLY, owner=ME)
    stop_stack(settings_in(home))
    found = {one.name: one for one in stack_status(settings_in(home))}
    assert {one.state for one in found.values()} == {"stopped"}
    assert found["postgresql"].pid is None
    assert found["postgresql"].port == kept_ports(Layout(home))["postgresql"]["postgresql"]
    assert list(found) == list(SERVERS)
