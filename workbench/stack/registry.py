"""Which servers there are, and where each one lives in an installation."""

from collections.abc import Iterable, Mapping

from workbench.errors import UsageError
from workbench.stack.account import data_root, service_account
from workbench.stack.clickhouse import ClickHouse
from workbench.stack.credentials import credentials
from workbench.stack.kafka import Kafka
from workbench.stack.layout import Layout
from workbench.stack.neo4j import Neo4j
from workbench.stack.ports import keep_ports
from workbench.stack.postgresql import PostgreSQL
from workbench.stack.s3 import ObjectStore
from workbench.stack.server import Server, Site

SERVERS: dict[str, Server] = {
    server.name: server for server in (Kafka(), Neo4j(), ClickHouse(), PostgreSQL(), ObjectStore())
}


def check_names(names: Iterable[str]) -> list[str]:
    """The names, in the order of the registry, each once.

    Raises
    ------
    UsageError
        For a name that no server has.
    """
    asked = set(names)
    unknown = asked - SERVERS.keys()
    if unknown:
        raise UsageError(f"no server is called {', '.join(sorted(unknown))}; servers: {', '.join(SERVERS)}")
    return [name for name in SERVERS if name in asked]


def site_of(layout: Layout, name: str, *, jars_url: str = "", options: Mapping[str, str] | None = None) -> Site:
    """Where the server lives; ports and credentials are chosen now when this is the first time."""
    server = SERVERS[name]
    account = service_account() if server.unprivileged else None
    keys = credentials(layout)
    return Site(
        layout=layout,
        data=data_root(layout.home, keys["installation"], account=account) / name,
        ports=keep_ports(layout, name, purposes=server.port_names),
        credentials=keys,
        account=account,
        jars_url=jars_url,
        options=dict(options or {}),
    )
