"""The Kafka driver: imported here once, configured from settings, its errors in our words."""

import socket
import warnings
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from workbench.errors import SettingsError, StoreError, StoreUnavailableError
from workbench.settings import Settings

with warnings.catch_warnings():
    # kafka-python 3.0 reads its protocol schemas by a call that Python 3.11 deprecates and 3.13 restores
    warnings.simplefilter("ignore", DeprecationWarning)
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
    from kafka import TopicPartition as KafkaTopicPartition
    from kafka import errors as kafka_errors
    from kafka.admin import ConfigResource
    from kafka.consumer.subscription_state import ConsumerRebalanceListener
    from kafka.coordinator.assignors.range import RangePartitionAssignor
    from kafka.partitioner.default import murmur2
    from kafka.structs import MemberState, OffsetAndMetadata

__all__ = [
    "ConfigResource",
    "ConsumerRebalanceListener",
    "KafkaAdminClient",
    "KafkaConsumer",
    "KafkaProducer",
    "KafkaTopicPartition",
    "MemberState",
    "OffsetAndMetadata",
    "RangePartitionAssignor",
    "client_config",
    "kafka_errors",
    "kafka_words",
    "partition_of_key",
    "require_broker",
]

CONNECT_TIMEOUT_S = 2.0
"""Seconds for one TCP connection. A broker that takes longer to accept is not one to begin with."""

_REFUSED = (
    kafka_errors.SaslAuthenticationFailedError,
    kafka_errors.AuthorizationError,
    kafka_errors.UnsupportedSaslMechanismError,
    kafka_errors.IllegalSaslStateError,
    kafka_errors.KafkaConfigurationError,
    kafka_errors.UnsupportedVersionError,
)


def partition_of_key(key: bytes, partitions: Collection[int]) -> int:
    """The partition that the producer's default partitioner, which is Java's, gives a key.

    Parameters
    ----------
    key : bytes
    partitions : collection of int
        All partitions of the topic.
    """
    ordered = sorted(partitions)
    return ordered[int(murmur2(key) & 0x7FFFFFFF) % len(ordered)]


def brokers(settings: Settings) -> list[tuple[str, int]]:
    """Host and port of each broker to begin with."""
    found: list[tuple[str, int]] = []
    for one in settings.kafka.bootstrap_servers.split(","):
        host, _, port = one.strip().rpartition(":")
        if not host or not port.isdigit():
            raise SettingsError(f"BIGDATA_KAFKA_BOOTSTRAP_SERVERS has {one!r}; write host:port, comma-separated")
        found.append((host.strip("[]"), int(port)))
    return found


def client_config(settings: Settings, *, timeout_s: float | None = None) -> dict[str, Any]:
    """What every client takes: addresses, deadlines, TLS and SASL.

    Parameters
    ----------
    settings : Settings
    timeout_s : float, optional
        Seconds to find the cluster; default `settings.kafka.timeout_s`.
    """
    kafka = settings.kafka
    config: dict[str, Any] = {
        "bootstrap_servers": [f"{host}:{port}" for host, port in brokers(settings)],
        "client_id": "bigdata-workbench",
        "bootstrap_timeout_ms": int(1000 * (timeout_s or kafka.timeout_s)),
        "security_protocol": kafka.security_protocol,
        # a broker that comes back is used within two seconds, not after the driver's own 30
        "reconnect_backoff_max_ms": 2_000,
    }
    if kafka.security_protocol in {"SSL", "SASL_SSL"} and kafka.ca_file is not None:
        config["ssl_cafile"] = str(kafka.ca_file)
    if kafka.security_protocol.startswith("SASL"):
        config |= {
            "sasl_mechanism": kafka.sasl_mechanism,
            "sasl_plain_username": kafka.sasl_username,
            "sasl_plain_password": kafka.sasl_password.get_secret_value(),
        }
    return config


def require_broker(settings: Settings, *, timeout_s: float = CONNECT_TIMEOUT_S) -> None:
    """Make sure that some broker accepts connections, before a client is made.

    A client that cannot find its cluster waits out its whole deadline and leaves its sockets open.

    Raises
    ------
    StoreUnavailableError
        When none does.
    """
    reasons: list[str] = []
    for host, port in brokers(settings):
        try:
            socket.create_connection((host, port), timeout=timeout_s).close()
        except OSError as error:
            reasons.append(f"{host}:{port} {error.strerror or error}")
        else:
            return
    raise StoreUnavailableError(f"Kafka is not reachable ({'; '.join(reasons)}); start it with: workbench up")


@contextmanager
def kafka_words(settings: Settings, action: str) -> Iterator[None]:
    """Turn the driver's errors into ours; `action` says what was being done.

    Raises
    ------
    StoreUnavailableError
        When it may succeed later.
    StoreError
        When the cluster refuses it: sign-in, rights, versions.
    """
    where = settings.kafka.bootstrap_servers
    try:
        yield
    except _REFUSED as error:
        raise StoreError(f"Kafka at {where} refused to {action}: {error}; check WORKBENCH_KAFKA_*") from error
    except kafka_errors.KafkaError as error:
        raise StoreUnavailableError(f"Kafka at {where} could not {action}: {error}") from error
