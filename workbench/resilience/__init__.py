"""Circuit breaker, retry policy and the write-ahead outbox: pure cores, injected clock."""
