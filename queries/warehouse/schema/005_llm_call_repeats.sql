-- Events that tell of a call which is in llm_calls already, by another event: accounted for, counted nowhere.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS llm_call_repeats
(
    event_id     String,
    call_id      String,
    lake_version UInt64,
    lake_row     UInt64,
    lake_file    String
)
ENGINE = ReplacingMergeTree
ORDER BY event_id
