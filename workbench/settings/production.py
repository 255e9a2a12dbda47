"""What the production profile refuses: known passwords, plaintext off loopback, an anonymous API."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import SecretStr

from workbench.errors import SettingsError
from workbench.settings.fields import by_path
from workbench.settings.schema import Settings
from workbench.settings.values import is_loopback

KNOWN_PASSWORDS = frozenset(
    [
        "helixagent",
        "helixagent123",
        "password",
        "passw0rd",
        "changeme",
        "secret",
        "admin",
        "admin123",
        "minioadmin",
        "minioadmin123",
        "neo4j",
        "neo4jpassword",
        "clickhouse",
        "postgres",
        "default",
        "test",
        "123456",
        "12345678",
        "root",
    ]
)
"""Published in HelixAgent's files, or a server's own default."""

_LEAST_TOKEN = 16
"""Characters. A shorter token can be guessed over the network."""


def _hosts(brokers: str) -> list[str]:
    return [urlsplit(f"//{broker}").hostname or "" for broker in brokers.split(",")]


def _uses(settings: Settings) -> dict[str, bool]:
    on = settings.components
    services = settings.services
    return {
        "kafka": services.kafka.enabled,
        "neo4j": on.knowledge_graph and services.neo4j.enabled,
        "clickhouse": on.analytics and services.clickhouse.enabled,
        "postgresql": on.infinite_context and services.postgresql.enabled,
        "object_store": on.data_lake and services.object_store.enabled and settings.object_store.url.startswith("s3:"),
    }


def _passwords(settings: Settings) -> Iterator[tuple[str, SecretStr]]:
    uses = _uses(settings)
    if uses["kafka"] and settings.kafka.security_protocol.startswith("SASL"):
        yield "kafka.sasl_password", settings.kafka.sasl_password
    for section in ("neo4j", "clickhouse", "postgresql"):
        if uses[section]:
            yield f"{section}.password", getattr(settings, section).password
    # On Amazon's own S3 the machine's role may sign requests instead of keys.
    if uses["object_store"] and (settings.object_store.endpoint or settings.object_store.access_key):
        yield "object_store.secret_key", settings.object_store.secret_key


def _plaintext(settings: Settings) -> Iterator[tuple[str, str, str]]:
    uses = _uses(settings)
    kafka, clickhouse, postgresql = settings.kafka, settings.clickhouse, settings.postgresql
    if uses["kafka"] and not kafka.security_protocol.endswith("SSL"):
        for host in _hosts(kafka.bootstrap_servers):
            yield "kafka.security_protocol", host, "SSL or SASL_SSL"
    if uses["neo4j"] and "+s" not in settings.neo4j.uri:
        yield "neo4j.uri", urlsplit(settings.neo4j.uri).hostname or "", "bolt+s:// or neo4j+s://"
    if uses["clickhouse"] and not clickhouse.secure:
        yield "clickhouse.secure", clickhouse.host, "true"
    if uses["postgresql"] and postgresql.sslmode in {"disable", "prefer"}:
        yield "postgresql.sslmode", postgresql.host, "verify-full"
    if uses["object_store"] and settings.object_store.endpoint.startswith("http:"):
        yield "object_store.endpoint", urlsplit(settings.object_store.endpoint).hostname or "", "https://"
    if settings.api.provider_url.startswith("http:"):
        yield "api.provider_url", urlsplit(settings.api.provider_url).hostname or "", "https://"
    yield "api.host", settings.api.host, "127.0.0.1 behind a proxy that speaks TLS"


def refusals(settings: Settings) -> list[str]:
    """Why these settings are not fit for production; empty when they are."""
    found: list[str] = []
    for path, secret in _passwords(settings):
        text = secret.get_secret_value()
        if not text or text.lower() in KNOWN_PASSWORDS:
            why = "empty" if not text else "a published default"
            found.append(f"{by_path()[path].env} is {why}: set a password of your own")
    for path, host, instead in _plaintext(settings):
        if not is_loopback(host):
            found.append(f"{by_path()[path].env}: plaintext to {host} leaves this machine: use {instead}")
    token = settings.api.token.get_secret_value()
    if len(token) < _LEAST_TOKEN or token.lower() in KNOWN_PASSWORDS:
        why = "empty: the API would have no token that its clients know" if not token else "too short"
        found.append(f"WORKBENCH_API_TOKEN is {why}: set one of at least {_LEAST_TOKEN} characters")
    return found


def check_production(settings: Settings) -> None:
    """Refuse settings that are not fit for production.

    Raises
    ------
    SettingsError
        With every reason.
    """
    found = refusals(settings)
    if found:
        raise SettingsError("the production profile refuses these settings: " + "; ".join(found))
