"""What keeps the rest going when something is gone: the outbox, the circuit breaker, backoff."""
