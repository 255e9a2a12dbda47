"""The fixtures that all integration tests stand on."""

import psycopg
import pytest

from tests.stack_faults import Servers
from workbench.events.topics import CONVERSATIONS
from workbench.settings import Settings
from workbench.stream.admin import end_offsets, ping


@pytest.mark.kafka
def test_kafka_of_the_stack_answers_its_client(stack: Settings) -> None:
    assert "1 broker" in ping(stack)


@pytest.mark.kafka
@pytest.mark.postgresql
def test_fresh_settings_lead_to_an_empty_database_and_topics_that_begin_at_offset_zero(fresh: Settings) -> None:
    given = fresh.postgresql
    with psycopg.connect(
        host=given.host,
        port=given.port,
        user=given.user,
        password=given.password.get_secret_value(),
        dbname=given.database,
    ) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)
    assert given.database == fresh.kafka.consumer_group != "helixagent-bigdata"
    assert {o for place, o in end_offsets(fresh, [CONVERSATIONS]).items()} == {0}


@pytest.mark.postgresql
def test_a_server_that_is_gone_refuses_connections_and_is_back_afterwards(servers: Servers) -> None:
    before = servers.process("postgresql")
    with servers.gone("postgresql"):
        with pytest.raises(psycopg.OperationalError, match="refused"):
            psycopg.connect(host="127.0.0.1", port=servers.settings.postgresql.port, connect_timeout=2)
    assert servers.process("postgresql") != before
