"""One look at a dependency: through its driver, by TCP, or by HTTP, as the settings say."""

import importlib
import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from workbench.errors import StoreUnavailableError
from workbench.settings import Settings

Check = Callable[[], str]
"""Gives the server's version, or raises a `StoreError` that says why it does not answer."""

PROBE_TIMEOUT_S = 3.0
"""For TCP and HTTP; the drivers' own pings have deadlines of the same size."""

_PINGS = {
    "kafka": "workbench.stream.admin",
    "neo4j": "workbench.graph.driver",
    "clickhouse": "workbench.warehouse.client",
    "postgresql": "workbench.database.pool",
    "object_store": "workbench.lake.objects",
}


def address_of(name: str, settings: Settings) -> tuple[str, int]:
    """Host and port of a dependency."""
    if name == "kafka":
        host, _, port = settings.kafka.bootstrap_servers.split(",")[0].strip().rpartition(":")
        return host.strip("[]"), int(port)
    if name == "neo4j":
        parts = urlsplit(settings.neo4j.uri)
        return parts.hostname or "", parts.port or 7687
    if name == "object_store":
        parts = urlsplit(settings.object_store.endpoint)
        return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    section = settings.clickhouse if name == "clickhouse" else settings.postgresql
    return section.host, section.port


def _by_driver(name: str, settings: Settings) -> str:
    ping: Callable[[Settings], str] = importlib.import_module(_PINGS[name]).ping
    return ping(settings)


def _by_tcp(name: str, settings: Settings) -> str:
    host, port = address_of(name, settings)
    try:
        socket.create_connection((host, port), timeout=PROBE_TIMEOUT_S).close()
    except OSError as error:
        raise StoreUnavailableError(f"{name} at {host}:{port} takes no connection: {error}") from error
    return f"listens on {host}:{port}"


def _by_http(name: str, settings: Settings) -> str:
    host, port = address_of(name, settings)
    secure = settings.clickhouse.secure if name == "clickhouse" else False
    address = f"{'https' if secure else 'http'}://{host}:{port}{getattr(settings.services, name).health_path}"
    started = time.monotonic()
    try:
        answer = httpx.get(address, timeout=PROBE_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        raise StoreUnavailableError(f"GET {address} failed: {type(error).__name__}") from error
    if answer.status_code >= httpx.codes.BAD_REQUEST or time.monotonic() - started > PROBE_TIMEOUT_S:
        raise StoreUnavailableError(f"GET {address} answered {answer.status_code}")
    return f"GET {address} answered {answer.status_code}"


def check_of(name: str, settings: Settings) -> Check:
    """The check of a dependency; its driver is imported when the check first runs."""
    kinds = {"driver": _by_driver, "tcp": _by_tcp, "http": _by_http}
    kind = kinds[getattr(settings.services, name).health_type]
    return lambda: kind(name, settings)
