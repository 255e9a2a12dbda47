-- What each call says, without when and where it was recorded: the warehouse's content.
-- Parameters: none
-- Returns: one row per event, by id
--   fact (String): fields joined by the unit separator; a null as \N
SELECT arrayStringConcat([
           event_id, call_id, tenant_id, conversation_id, session_id, user_id,
           ifNull(toString(source_sequence), '\\N'), provider, model, operation, source, status,
           ifNull(toString(error_code), '\\N'), ifNull(toString(http_status), '\\N'),
           toString(toUnixTimestamp64Micro(started_at)), toString(toUnixTimestamp64Micro(occurred_at)),
           toString(time_assumed), ifNull(toString(latency_ms), '\\N'), ifNull(toString(ttft_ms), '\\N'),
           ifNull(toString(tokens_input), '\\N'), ifNull(toString(tokens_output), '\\N'),
           ifNull(toString(tokens_cached), '\\N'), ifNull(toString(cost_usd), '\\N'), toString(cache_hit),
           ifNull(toString(request_bytes), '\\N'), ifNull(toString(response_bytes), '\\N')
       ], '\x1f') AS fact
FROM llm_calls
ORDER BY event_id
