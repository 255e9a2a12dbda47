-- Write the query log to disk before the local ClickHouse stops.
-- Parameters: none
-- Returns: nothing
SYSTEM FLUSH LOGS
