-- Empty table llm_call_repeats, and with it the record of its insert tokens.
-- Parameters: none
-- Returns: nothing
TRUNCATE TABLE IF EXISTS llm_call_repeats
