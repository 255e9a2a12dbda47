-- What each part of each debate says, without when and where it was recorded.
-- Parameters: none
-- Returns: one row per part, in order
--   fact (String): fields joined by the unit separator; a null as \N
SELECT DISTINCT arrayStringConcat([
           event_id, debate_id, tenant_id, conversation_id, session_id, user_id,
           toString(toUnixTimestamp64Micro(occurred_at)), topic, toString(round), toString(position), kind, provider,
           model, role, ifNull(toString(response_time_ms), '\\N'), ifNull(toString(tokens_used), '\\N'),
           ifNull(toString(confidence_score), '\\N'), ifNull(toString(vote), '\\N'), error, toString(error_count),
           toString(was_winner), source, call_id, toString(total_rounds), winner, winner_provider, winner_model,
           toString(final_confidence), outcome, ifNull(toString(duration_ms), '\\N')
       ], '\x1f') AS fact
FROM debate_rounds
ORDER BY fact
