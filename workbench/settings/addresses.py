"""An address taken apart and put together, so that several names may each give a part of it.

``BIGDATA_NEO4J_URI`` gives scheme, host and port at once, ``SVC_NEO4J_HOST`` the host alone. Parts are
resolved like any other setting and the address is composed of the winners.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from workbench.settings.values import join_host, split_url

Parts = dict[str, str]
"""Path of a part, or of a plain setting, -> its text."""

BROKERS = "kafka.bootstrap_servers"
_PROTOCOLS = {"PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"}
_PARTS = ("scheme", "host", "port", "rest")


@dataclass(frozen=True, slots=True)
class Address:
    """A setting that holds a whole address.

    Parameters
    ----------
    path : str
        Its path in `Settings`.
    scheme : str
        Scheme when no name gives one.
    port : str
        Port when the address has none; empty for the scheme's own.
    """

    path: str
    scheme: str
    port: str


ADDRESSES = {
    "neo4j": Address("neo4j.uri", "bolt", "7687"),
    "object_store": Address("object_store.endpoint", "http", ""),
}
_HOST_PORTS = {
    "clickhouse": {"http": "8123", "https": "8443"},
    "postgresql": {"postgresql": "5432", "postgres": "5432"},
}


def take_apart(address: Address, text: str) -> Parts:
    """Scheme, host, port and the rest of an address.

    Raises
    ------
    ValueError
        When it is not one.
    """
    if text in {"", "aws"} and address.path == "object_store.endpoint":
        return {f"{address.path}.{part}": "aws" if part == "host" else "" for part in _PARTS}
    url = split_url(text if "://" in text else f"{address.scheme}://{text}")
    if url.username is not None:
        raise ValueError("account and password have settings of their own")
    rest = url.path + (f"?{url.query}" if url.query else "")
    found = (url.scheme, url.hostname or "", str(url.port or address.port), rest)
    return {f"{address.path}.{part}": text for part, text in zip(_PARTS, found, strict=True)}


def put_together(address: Address, parts: Mapping[str, str], default: str) -> str:
    """The address of its winning parts; what is missing comes from the default address."""
    base = take_apart(address, default)
    scheme, host, port, rest = (parts.get(f"{address.path}.{p}", base[f"{address.path}.{p}"]) for p in _PARTS)
    if host == "aws":
        return "aws"
    if not scheme:
        scheme = address.scheme
    return f"{scheme}://{join_host(host, port)}{rest}" if port else f"{scheme}://{host}{rest}"


def take_brokers_apart(text: str) -> Parts:
    """Hosts and ports of a list of brokers; the protocol too when a scheme says so.

    Raises
    ------
    ValueError
        When it is not such a list.
    """
    hosts: list[str] = []
    ports: list[str] = []
    found: Parts = {}
    for broker in text.split(","):
        url = split_url(broker.strip() if "://" in broker else f"kafka://{broker.strip()}")
        if url.scheme.upper() in _PROTOCOLS:
            found["kafka.security_protocol"] = url.scheme.upper()
        elif url.scheme not in {"kafka", "tcp"}:
            raise ValueError(f"scheme {url.scheme} is not Kafka's")
        if url.path or url.query or url.username is not None:
            raise ValueError("expected host:port, comma-separated")
        hosts.append(url.hostname or "")
        ports.append(str(url.port or 9092))
    if len(set(ports)) == 1:
        ports = ports[:1]
    return found | {f"{BROKERS}.host": ",".join(hosts), f"{BROKERS}.port": ",".join(ports)}


def put_brokers_together(parts: Mapping[str, str], default: str) -> str:
    """The list of brokers; one port stands for all of them, and one new host takes the first port."""
    base = take_brokers_apart(default)
    hosts = parts.get(f"{BROKERS}.host", base[f"{BROKERS}.host"]).split(",")
    ports = parts.get(f"{BROKERS}.port", base[f"{BROKERS}.port"]).split(",")
    if len(ports) != len(hosts):
        ports = [ports[0]] * len(hosts)
    return ",".join(join_host(host.strip("[]"), port) for host, port in zip(hosts, ports, strict=True))


def take_server_apart(section: str, text: str) -> Parts:
    """Host, port, account, database and TLS of a ClickHouse or PostgreSQL URL.

    Raises
    ------
    ValueError
        When it is not one, or its scheme belongs to something else.
    """
    schemes = _HOST_PORTS[section]
    url = split_url(text if "://" in text else f"{next(iter(schemes))}://{text}")
    if url.scheme not in schemes:
        raise ValueError(f"scheme {url.scheme} is none of {', '.join(schemes)}")
    found = {"host": url.hostname or "", "port": str(url.port or schemes[url.scheme])}
    if url.username:
        found["user"] = unquote(url.username)
    if url.password:
        found["password"] = unquote(url.password)
    if url.path.strip("/"):
        found["database"] = unquote(url.path.strip("/"))
    if section == "clickhouse":
        found["secure"] = "true" if url.scheme == "https" else "false"
    elif "sslmode" in (query := parse_qs(url.query)):
        found["sslmode"] = query["sslmode"][0]
    return {f"{section}.{part}": value for part, value in found.items()}
