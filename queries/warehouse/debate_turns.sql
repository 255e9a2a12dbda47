-- Who did what in each round of a debate, with its outcome; of several events about one debate the one with the lowest id.
-- Parameters:
--   tenant_id (String): whose
--   debate_id (String): which
-- Returns: one row per member and round, by round and position; none for a debate that is not known
--   round (UInt8), position (UInt8): from 1; 0 when the event says nothing of its rounds
--   kind (String): answer or vote; provider (String), model (String), role (String): empty when it has none
--   response_time_ms (Nullable(Float64)): milliseconds, NULL when it failed; tokens_used (Nullable(UInt64))
--   confidence_score (Nullable(Float64)): 0 to 1; vote (Nullable(UInt8)): position; error (String): empty when it is well
--   error_count (UInt8), was_winner (UInt8): 0 or 1; source (String); call_id (String)
--   total_rounds (UInt32), winner (String), winner_provider (String), winner_model (String): empty when nobody won
--   final_confidence (Float64): 0 to 1; outcome (String); duration_ms (Nullable(Float64)); topic (String)
--   occurred_at (DateTime64(6))
SELECT round, position, kind, provider, model, role, response_time_ms, tokens_used, confidence_score, vote, error,
       error_count, was_winner, source, call_id, total_rounds, winner, winner_provider, winner_model, final_confidence,
       outcome, duration_ms, topic, occurred_at
FROM debate_rounds FINAL
WHERE tenant_id = {tenant_id:String} AND debate_id = {debate_id:String}
  AND event_id = (
      SELECT min(event_id) FROM debate_rounds
      WHERE tenant_id = {tenant_id:String} AND debate_id = {debate_id:String}
  )
ORDER BY round, position, kind
