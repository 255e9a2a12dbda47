"""Kafka: topics, the relay from the outbox, consuming in batches, lag and dead letters."""
