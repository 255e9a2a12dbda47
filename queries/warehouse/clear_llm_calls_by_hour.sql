-- Empty table llm_calls_by_hour, and with it the record of its insert tokens.
-- Parameters: none
-- Returns: nothing
TRUNCATE TABLE IF EXISTS llm_calls_by_hour
