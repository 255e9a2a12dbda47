-- Where the loader stands per lake table: the next Delta version and row to load. The highest epoch speaks.
-- Parameters: none
-- Returns: nothing
CREATE TABLE IF NOT EXISTS load_progress
(
    lake_table  LowCardinality(String),
    epoch       UInt64,
    version     UInt64,
    next_row    UInt64,
    rows        UInt64,
    position    UInt64 MATERIALIZED version * 4294967296 + next_row,
    recorded_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = MergeTree
ORDER BY (lake_table, epoch, version, next_row)
