-- Empty table debate_rounds, and with it the record of its insert tokens.
-- Parameters: none
-- Returns: nothing
TRUNCATE TABLE IF EXISTS debate_rounds
