"""Private files, kept ports and generated credentials."""

import json
import socket
from pathlib import Path

import pytest

from workbench.errors import StackError, UsageError
from workbench.stack.credentials import credentials
from workbench.stack.layout import Layout, read_json, write_private
from workbench.stack.neo4j import password_line
from workbench.stack.ports import LOWEST_PORT, highest_port, keep_ports
from workbench.stack.registry import SERVERS, check_names
from workbench.stack.signature import signed_headers


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "home")
    found.create()
    return found


def test_a_private_file_is_for_its_owner_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_private(tmp_path / "x", "secret")
    assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_file_that_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="cannot be written"):
        write_private(tmp_path / "none" / "x", "")


def test_a_home_below_a_file_is_refused_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StackError, match="--home or WORKBENCH_HOME"):
        Layout(tmp_path / "file" / "home").create()


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_json_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "x").write_text(text)
    with pytest.raises(StackError):
        read_json(tmp_path / "x")


def test_ports_are_chosen_once_below_those_of_outgoing_connections(layout: Layout) -> None:
    first = keep_ports(layout, "kafka", purposes=("broker", "controller"))
    assert keep_ports(layout, "kafka", purposes=("broker", "controller")) == first
    assert len(set(first.values())) == 2
    assert all(LOWEST_PORT <= port < highest_port() for port in first.values())


def test_servers_never_share_a_port(layout: Layout) -> None:
    chosen = [port for name, s in SERVERS.items() for port in keep_ports(layout, name, purposes=s.port_names).values()]
    assert len(set(chosen)) == len(chosen)


def test_a_port_with_an_offset_follows_its_base(layout: Layout) -> None:
    ports = keep_ports(layout, "s3", purposes=("admin", "admin+10000"))
    assert ports["admin+10000"] == ports["admin"] + 10_000


def test_credentials_are_generated_once_and_differ_between_installations(layout: Layout, tmp_path: Path) -> None:
    first = credentials(layout)
    assert credentials(layout) == first
    assert len(set(first.values())) == len(first)
    assert min(len(value) for value in first.values()) >= 20
    assert layout.credentials_file.stat().st_mode & 0o777 == 0o600
    other = Layout(tmp_path / "other")
    other.create()
    assert not set(credentials(other).values()) & set(first.values())


def test_neo4js_password_is_salted_and_not_readable() -> None:
    one, two = password_line("neo4j", "pw"), password_line("neo4j", "pw")
    assert one != two
    assert one.startswith("neo4j:SHA-256,")
    assert "pw" not in one


def test_names_are_put_in_order_and_unknown_ones_refused() -> None:
    assert check_names(["s3", "kafka", "s3"]) == ["kafka", "s3"]
    with pytest.raises(
        UsageError, match="no server is called redis; servers: kafka, neo4j, clickhouse, postgresql, s3"
    ):
        check_names(["redis"])


def test_each_server_has_its_section_in_the_settings() -> None:
    from workbench.settings import Settings

    assert {server.section for server in SERVERS.values()} <= set(Settings.model_fields)


def test_the_signature_is_the_one_that_the_vendors_library_makes() -> None:
    from datetime import UTC, datetime

    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    mine = signed_headers("PUT", "/b/.k", host="127.0.0.1:9", access_key="AK", secret_key="SK", now=now, body=b"x")
    theirs = S3SigV4Auth(Credentials("AK", "SK"), "s3", "us-east-1")
    request = AWSRequest("PUT", "http://127.0.0.1:9/b/.k", data=b"x")
    request.context["timestamp"] = mine["x-amz-date"]
    request.headers["X-Amz-Date"] = mine["x-amz-date"]
    request.headers["X-Amz-Content-SHA256"] = mine["x-amz-content-sha256"]
    canonical = theirs.canonical_request(request)
    signature = theirs.signature(theirs.string_to_sign(request, canonical), request)
    assert mine["Authorization"].endswith(f"Signature={signature}")


def test_the_state_of_the_sockets_is_left_alone() -> None:
    # choosing a port must not keep it: a server has to be able to listen there
    from workbench.stack.ports import choose_port

    port = choose_port([])
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", port))


def test_kept_ports_are_plain_json(layout: Layout) -> None:
    keep_ports(layout, "neo4j", purposes=("bolt",))
    assert list(json.loads(layout.ports_file.read_text())) == ["neo4j"]
