-- Token usage by provider and hour, from the hourly states; source tells replayed and synthetic calls apart.
-- Parameters: none
-- Returns: nothing
CREATE VIEW IF NOT EXISTS token_usage_by_provider_hour AS
SELECT hour,
       provider,
       source,
       sum(h.calls)         AS calls,
       sum(h.tokens_input)  AS tokens_input,
       sum(h.tokens_output) AS tokens_output,
       sum(h.tokens_cached) AS tokens_cached
FROM llm_calls_by_hour AS h
GROUP BY hour, provider, source
