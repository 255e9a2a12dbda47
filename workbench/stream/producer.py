"""The producer that the relay sends with."""

from typing import Any

import structlog

from workbench.settings import Settings
from workbench.stream.client import KafkaProducer, client_config, kafka_errors, kafka_words

LINGER_MS = 20
"""Milliseconds that a batch waits to fill up. The producer is ten times slower when it sends single records."""

BATCH_BYTES = 256 * 1024
"""Bytes of a batch to one topic partition."""

COMPRESSION = "lz4"
"""A quarter of the bytes of text, at a tenth more time than sending it plain (ADR 0004)."""

MAX_REQUEST_BYTES = 2 * 1024 * 1024
"""Above what any event needs, so that it is the broker that judges a record by its topic's limit."""

_log = structlog.get_logger(__name__)


def open_producer(settings: Settings) -> Any:
    """An idempotent producer that retries in order and gives nothing up.

    Raises
    ------
    StoreUnavailableError, StoreError
        As `kafka_words`.
    """
    with kafka_words(settings, "accept a producer"):
        return KafkaProducer(
            **client_config(settings),
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            batch_size=BATCH_BYTES,
            compression_type=COMPRESSION,
            max_request_size=MAX_REQUEST_BYTES,
            allow_auto_create_topics=False,
            max_block_ms=5_000,
            # a batch must never be given up while a later one of its partition goes on
            delivery_timeout_ms=24 * 3600 * 1000,
            request_timeout_ms=10_000,
        )


def abandon(producer: Any, *, timeout_s: float = 5.0) -> None:
    """Stop a producer without sending anything more; what it has not sent is given up.

    `KafkaProducer.close` first waits for all of it, and when that times out it raises and leaves the
    sender running: it would then send old records after newer ones of its successor.
    """
    producer._sender.force_close()
    producer._sender.join(timeout_s)
    try:
        producer.close(timeout=0)
    except kafka_errors.KafkaError:
        _log.warning("a kafka producer does not close", waited_s=timeout_s)
