"""Where everything lies in the lake: table names, addresses, partitions. Pure."""

import re
from datetime import date, datetime
from functools import lru_cache

EVENTS = "events"
RAW_LLM_CALLS = "raw_llm_calls"
RAW_MESSAGES = "raw_messages"
ENTITIES = "entities"
RAW_DEBATES = "raw_debates"

TABLES = (RAW_LLM_CALLS, RAW_MESSAGES, ENTITIES, RAW_DEBATES, EVENTS)
"""In the order in which a batch is written: `EVENTS` last, so that its offsets speak for all."""

DEFAULT_PARTITION = "unknown"
_PARTITION_LENGTH = 48  # a file system allows 255 bytes a name, and every character may become three when quoted
_UNSAFE = re.compile(r"[^a-z0-9._-]+")


def table_uri(root: str, table: str) -> str:
    """Address of a table under the lake's root.

    Examples
    --------
    >>> table_uri("s3://lake/", "events")
    's3://lake/tables/events'
    """
    return f"{root.rstrip('/')}/tables/{table}"


def blob_key(sha256: str) -> str:
    """Key of a blob; two digits of fan-out keep a folder small.

    Examples
    --------
    >>> blob_key("ab12" + "0" * 60)[:12]
    'blobs/ab/ab1'
    """
    return f"blobs/{sha256[:2]}/{sha256}"


@lru_cache(maxsize=4096)
def provider_partition(provider: str) -> str:
    """The partition that a provider's calls go to: bounded in length and alphabet, never empty.

    A provider's name comes from outside. As a partition value it becomes part of a path, and Delta
    reads an empty one as null; the exact name stays in column ``provider``.

    Examples
    --------
    >>> provider_partition("OpenAI"), provider_partition("../x y"), provider_partition("")
    ('openai', '.._x_y', 'unknown')
    """
    found = _UNSAFE.sub("_", provider.lower())[:_PARTITION_LENGTH]
    return found if found.strip("._-") else DEFAULT_PARTITION


def lake_date(ingested_at: datetime) -> date:
    """The day that a row is kept under: retention counts from ingestion, so a partition ages as one."""
    return ingested_at.date()


def lake_group(consumer_group: str) -> str:
    """The name under which the lake keeps its offsets.

    Examples
    --------
    >>> lake_group("helixagent-bigdata")
    'helixagent-bigdata-lake'
    """
    return f"{consumer_group}-lake"


def app_id(group: str, topic_id: str, topic: str, partition: int) -> str:
    """Delta application id that owns the offset of one topic partition.

    Kafka's topic id is part of it, so that a topic that was deleted and created anew starts at 0.

    Examples
    --------
    >>> app_id("g-lake", "Yx3", "helixagent.conversations", 2)
    'g-lake:Yx3:helixagent.conversations:2'
    """
    return f"{group}:{topic_id}:{topic}:{partition}"


def parse_app_id(value: str, group: str) -> tuple[str, str, int] | None:
    """Topic id, topic and partition of one of this group's application ids; None for another's.

    Examples
    --------
    >>> parse_app_id("g-lake:Yx3:helixagent.conversations:2", "g-lake")
    ('Yx3', 'helixagent.conversations', 2)
    >>> parse_app_id("other", "g-lake") is None
    True
    """
    if not value.startswith(f"{group}:"):
        return None
    parts = value[len(group) + 1 :].split(":")
    return (parts[0], parts[1], int(parts[2])) if len(parts) == 3 and parts[2].isdigit() else None
