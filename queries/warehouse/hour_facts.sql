-- The counts of the hourly states, merged: the part of the warehouse's content that the view computes.
-- Parameters: none
-- Returns: one row per hour and key, in order
--   fact (String): key and counts joined by the unit separator
SELECT arrayStringConcat([
           toString(toUnixTimestamp(hour)), tenant_id, provider, model, source, toString(sum(h.calls)),
           toString(sum(h.failed_calls)), toString(sum(h.latency_calls)), toString(sum(h.cost_calls)),
           toString(sum(h.tokens_input)), toString(sum(h.tokens_output)), toString(sum(h.tokens_cached))
       ], '\x1f') AS fact
FROM llm_calls_by_hour AS h
GROUP BY hour, tenant_id, provider, model, source
ORDER BY hour, tenant_id, provider, model, source
