import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.settings.addresses import (
    ADDRESSES,
    put_brokers_together,
    put_together,
    take_apart,
    take_brokers_apart,
    take_server_apart,
)

HOSTS = st.from_regex(r"[a-z][a-z0-9]{0,8}(\.[a-z]{2,5}){0,2}", fullmatch=True)
PORTS = st.integers(1, 65_535)
NEO4J = ADDRESSES["neo4j"]
OBJECT_STORE = ADDRESSES["object_store"]


@given(HOSTS, PORTS, st.sampled_from(["bolt", "neo4j+s", "bolt+ssc"]))
def test_an_address_taken_apart_and_put_together_is_the_same(host: str, port: int, scheme: str) -> None:
    text = f"{scheme}://{host}:{port}"
    assert put_together(NEO4J, take_apart(NEO4J, text), "bolt://other:1") == text


@given(st.lists(st.tuples(HOSTS, PORTS), min_size=1, max_size=4))
def test_brokers_taken_apart_and_put_together_are_the_same(brokers: list[tuple[str, int]]) -> None:
    text = ",".join(f"{host}:{port}" for host, port in brokers)
    assert put_brokers_together(take_brokers_apart(text), "other:1") == text


def test_what_no_name_gives_comes_from_the_default() -> None:
    assert put_together(NEO4J, {"neo4j.uri.host": "graph"}, "bolt://localhost:7687") == "bolt://graph:7687"
    assert put_brokers_together({"kafka.bootstrap_servers.port": "1"}, "a:9,b:9") == "a:1,b:1"


def test_one_new_host_for_many_brokers_takes_the_first_port() -> None:
    parts = take_brokers_apart("a:1,b:2") | {"kafka.bootstrap_servers.host": "c"}
    assert put_brokers_together(parts, "localhost:9092") == "c:1"


def test_an_endpoint_without_port_stays_without() -> None:
    text = "https://s3.example.org"
    assert put_together(OBJECT_STORE, take_apart(OBJECT_STORE, text), "http://localhost:8333") == text


def test_only_an_object_store_may_be_amazons_own() -> None:
    assert put_together(OBJECT_STORE, take_apart(OBJECT_STORE, "aws"), "http://localhost:8333") == "aws"
    with pytest.raises(ValueError, match="expected"):
        take_apart(NEO4J, "")


def test_a_server_url_gives_only_what_is_in_it() -> None:
    assert take_server_apart("postgresql", "postgresql://pg") == {"postgresql.host": "pg", "postgresql.port": "5432"}
    assert take_server_apart("clickhouse", "http://ch") == {
        "clickhouse.host": "ch",
        "clickhouse.port": "8123",
        "clickhouse.secure": "false",
    }


@pytest.mark.parametrize("text", ["zookeeper://a:1", "a:1/path", "kafka://ann:pw@a:1", "a:x", ",", "a:1,"])
def test_what_is_no_list_of_brokers_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        take_brokers_apart(text)
