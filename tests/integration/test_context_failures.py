"""The context store's server killed, gone, frozen: nothing half-written, nothing waits for ever."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.integration.context_batches import batch, claimed, message, rows
from tests.stack_faults import Servers
from tests.stack_waits import eventually
from workbench.database import migrations
from workbench.database.connection import Deadlines, connect
from workbench.database.ledger import ContextLedger
from workbench.database.pool import ConnectionPool, ping
from workbench.errors import FencedError, StoreUnavailableError
from workbench.pipelines.context_ingest import ContextSink, context_sink
from workbench.settings import Settings, load_settings

pytestmark = pytest.mark.postgresql


@pytest.fixture
def sink(fresh: Settings) -> Iterator[ContextSink]:
    migrations.apply(fresh)
    sink = context_sink(fresh)
    yield sink
    sink.close()


def test_ping_tells_the_servers_version(fresh: Settings) -> None:
    assert ping(fresh).startswith("18.")


def test_a_server_killed_within_a_transaction_leaves_neither_data_nor_offset(
    fresh: Settings, sink: ContextSink, servers: Servers
) -> None:
    claim = claimed(sink)
    sink.write(batch([message(1)], claim))
    second = batch([message(2)], claim, expected=1)
    outcome: list[BaseException] = []

    def write() -> None:
        try:
            sink.write(second)
        except BaseException as error:  # noqa: BLE001 - the thread's outcome is the test's
            outcome.append(error)

    writer = threading.Thread(target=write)
    with closing(connect(fresh.postgresql)) as holder:
        holder.execute("SELECT 1 FROM conversations FOR UPDATE")  # the writer has moved the offset and waits here
        writer.start()
        eventually(
            lambda: rows(fresh, "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")[0][0] == 1,
            "the writer waits within its transaction",
        )
        servers.kill_and_wait("postgresql")
        writer.join(30)
    assert [type(error) for error in outcome] == [StoreUnavailableError]
    with ContextLedger(fresh) as ledger:
        assert list(ledger.offsets().values()) == [1]
        assert ledger.tallies()["message.added"].count == 1
    sink.write(second)
    assert rows(fresh, "SELECT sequence, text FROM conversation_events ORDER BY 1") == [
        (1, "message 1"),
        (2, "message 2"),
    ]


def test_a_worker_whose_commit_was_not_answered_is_told_that_it_was_made(fresh: Settings, sink: ContextSink) -> None:
    once = batch([message(1)], claimed(sink))
    sink.write(once)  # committed; suppose that the answer was lost and the worker tries again
    with pytest.raises(FencedError, match="it was written already or another worker took over"):
        sink.write(once)
    assert claimed(sink).next_offset == 1


def test_connections_that_a_restart_broke_are_not_handed_out(
    fresh: Settings, sink: ContextSink, servers: Servers
) -> None:
    claim = claimed(sink)
    with servers.gone("postgresql"):
        with pytest.raises(StoreUnavailableError, match=r"cannot be reached at .*refused"):
            sink.write(batch([message(1)], claim))
        with pytest.raises(StoreUnavailableError, match="refused"):
            ping(fresh)
    sink.write(batch([message(1)], claim))  # at once, without a failed try
    assert rows(fresh, "SELECT count(*) FROM conversation_events") == [(1,)]


def test_a_frozen_server_costs_a_probe_no_more_than_its_deadline(fresh: Settings, servers: Servers) -> None:
    with servers.frozen("postgresql"):
        started = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="timeout"):
            ping(fresh)
        assert time.monotonic() - started < 10


def test_a_statement_without_an_answer_ends_by_the_clients_deadline(fresh: Settings) -> None:
    with ConnectionPool(fresh.postgresql, size=1, deadlines=Deadlines(2.0, 1.0), autocommit=True) as pool:
        with pool.connection("switch the server's own limit off") as connection:
            connection.execute("SET statement_timeout = 0")
        with pytest.raises(StoreUnavailableError, match="no answer within 1 s"):
            with pool.connection("sleep") as connection:
                connection.execute("SELECT pg_sleep(60)")
        with pool.connection("go on") as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)


def test_the_server_cancels_a_slow_statement_before_the_client_gives_up(fresh: Settings) -> None:
    with ConnectionPool(fresh.postgresql, size=1, deadlines=Deadlines(2.0, 1.0), autocommit=True) as pool:
        with pytest.raises(StoreUnavailableError, match=r"57014"):
            with pool.connection("sleep") as connection:
                connection.execute("SELECT pg_sleep(60)")


def test_a_caller_waits_for_a_busy_pool_only_so_long(fresh: Settings) -> None:
    with ConnectionPool(fresh.postgresql, size=1, deadlines=Deadlines(connect_s=0.2)) as pool:
        with pool.connection():
            with pytest.raises(StoreUnavailableError, match=r"all 1 PostgreSQL connections were busy for 0\.2 s"):
                with pool.connection():
                    pass


def test_a_transaction_left_open_is_rolled_back(fresh: Settings) -> None:
    migrations.apply(fresh)
    with ConnectionPool(fresh.postgresql, size=1) as pool:
        with pool.connection() as connection:
            connection.execute("INSERT INTO conversations (tenant_id, conversation_id) VALUES ('t', 'c')")
    assert rows(fresh, "SELECT count(*) FROM conversations") == [(0,)]


def test_a_wrong_password_says_what_to_check_and_shows_nothing(fresh: Settings) -> None:
    wrong = load_settings(
        environ={}, directory=fresh.home, WORKBENCH_HOME=fresh.home, WORKBENCH_POSTGRESQL_PASSWORD="not-the-secret"
    )
    with pytest.raises(StoreUnavailableError) as caught:
        ping(wrong)
    assert "password authentication failed" in str(caught.value)
    assert "not-the-secret" not in str(caught.value)


def test_a_schema_that_is_not_there_says_how_to_get_it(fresh: Settings) -> None:
    with ContextLedger(fresh) as ledger, pytest.raises(StoreUnavailableError, match="run: workbench up"):
        ledger.tallies()
