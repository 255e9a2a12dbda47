-- W3C trace contexts of dead letters that had one, so that a replay stays in its trace
-- Parameters: none
-- Returns: none
CREATE TABLE IF NOT EXISTS dead_letter_traces (
    dead_letter_id TEXT NOT NULL PRIMARY KEY,
    traceparent    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
