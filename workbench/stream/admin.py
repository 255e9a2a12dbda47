"""Topics and offsets of the cluster: create what is declared, say what differs, answer quickly."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from workbench.errors import StoreError
from workbench.events.topics import TOPICS, Topic
from workbench.settings import Settings
from workbench.stream.client import (
    ConfigResource,
    KafkaAdminClient,
    KafkaTopicPartition,
    client_config,
    kafka_errors,
    kafka_words,
    require_broker,
)
from workbench.stream.sink import TopicPartition

PING_TIMEOUT_S = 2.0
"""Seconds for a probe; health must hear about a silent broker before its next probe is due."""

_UNKNOWN_TOPIC = kafka_errors.UnknownTopicOrPartitionError.errno
_LATEST = -1


@dataclass(frozen=True, slots=True)
class CreatedTopics:
    """Names that are new, names that were there, and how those differ from the declaration."""

    created: tuple[str, ...]
    existing: tuple[str, ...]
    drift: tuple[str, ...]


@contextmanager
def admin_client(settings: Settings, action: str, *, timeout_s: float | None = None) -> Iterator[KafkaAdminClient]:
    """An admin client for one action.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    deadline_s = timeout_s or settings.kafka.timeout_s
    require_broker(settings, timeout_s=min(deadline_s, PING_TIMEOUT_S))
    with kafka_words(settings, action):
        config = client_config(settings, timeout_s=deadline_s)
        client = KafkaAdminClient(**config, request_timeout_ms=int(deadline_s * 1000))
        try:
            yield client
        finally:
            client.close()


def ping(settings: Settings, *, timeout_s: float = PING_TIMEOUT_S) -> str:
    """One real round trip.

    Returns
    -------
    str
        Protocol version and number of brokers, e.g. ``Kafka 4.3, 1 broker``.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    with admin_client(settings, "describe the cluster", timeout_s=timeout_s) as client:
        live = client.describe_cluster()["brokers"]
        if not live:
            raise StoreError("Kafka answers but has no live broker; see: workbench logs kafka")
        version = ".".join(str(part) for part in client.get_broker_version_data(live[0]["broker_id"]).broker_version)
        return f"Kafka {version}, {len(live)} broker{'s' if len(live) > 1 else ''}"


def declared_config(topic: Topic) -> dict[str, str]:
    """A topic's configuration as the broker takes it."""
    return {
        "retention.ms": str(topic.retention_ms),
        "max.message.bytes": str(topic.max_message_bytes),
        **topic.config,
    }


def create_topics(settings: Settings, topics: Iterable[Topic] = TOPICS) -> CreatedTopics:
    """Create the topics that are missing; existing ones stay as they are, and differences are told.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    wanted = {topic.name: topic for topic in topics}
    with admin_client(settings, "create topics") as client:
        existing = _existing(client, wanted)
        missing = [topic for name, topic in wanted.items() if name not in existing]
        created = [topic.name for topic in missing if _create(client, topic)]
        drift = [one for name, found in existing.items() for one in _drift(client, wanted[name], found)]
    return CreatedTopics(tuple(created), tuple(existing), tuple(drift))


def _existing(client: KafkaAdminClient, names: Iterable[str]) -> dict[str, int]:
    """Topic -> number of partitions, for those that exist."""
    found: dict[str, int] = {}
    for one in client.describe_topics(list(names)):
        if one["error_code"] == 0:
            found[str(one["name"])] = len(one["partitions"])
        elif one["error_code"] != _UNKNOWN_TOPIC:
            raise kafka_errors.for_code(one["error_code"])(str(one["name"]))
    return found


def _create(client: KafkaAdminClient, topic: Topic) -> bool:
    options = {"num_partitions": topic.partitions, "configs": declared_config(topic)}
    try:
        client.create_topics({topic.name: options}, wait_for_metadata=True)
    except kafka_errors.TopicAlreadyExistsError:  # another process created it meanwhile
        return False
    return True


def _drift(client: KafkaAdminClient, topic: Topic, partitions: int) -> list[str]:
    differences: list[str] = []
    if partitions != topic.partitions:
        differences.append(f"{topic.name} has {partitions} partitions, declared {topic.partitions}")
    declared = declared_config(topic)
    found = client.describe_configs([ConfigResource("TOPIC", topic.name, list(declared))], config_filter="all")
    values: dict[str, dict[str, object]] = {}
    for by_name in found.values():
        values |= by_name.get(topic.name, {})
    for name, value in declared.items():
        actual = values.get(name, {}).get("value")
        if actual is not None and str(actual) != value:
            differences.append(f"{topic.name} has {name}={actual}, declared {value}")
    return differences


def topic_ids(settings: Settings, topics: Iterable[str]) -> dict[str, str]:
    """Topic -> Kafka's id of it; a topic that does not exist is left out.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    with admin_client(settings, "look up topic ids") as client:
        described = client.describe_topics(list(topics))
        return {str(one["name"]): str(one["topic_id"]) for one in described if one["error_code"] == 0}


def end_offsets(settings: Settings, topics: Iterable[str]) -> Mapping[TopicPartition, int]:
    """Topic partition -> offset that the next record will get; topics that do not exist are left out.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    with admin_client(settings, "look up end offsets") as client:
        places = [
            KafkaTopicPartition(name, number)
            for name, partitions in _existing(client, topics).items()
            for number in range(partitions)
        ]
        found = client.list_partition_offsets(dict.fromkeys(places, _LATEST)) if places else {}
        return {TopicPartition(one.topic, one.partition): int(answer.offset) for one, answer in found.items()}


def delete_topics(settings: Settings, topics: Iterable[str]) -> None:
    """Delete topics and everything in them; for tests and for starting anew.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    with admin_client(settings, "delete topics") as client:
        existing = list(_existing(client, topics))
        if existing:
            client.delete_topics(existing)
