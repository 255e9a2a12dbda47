-- Open the HTTP port of the local ClickHouse and hold it open until this statement is killed.
-- Parameters: none
-- Returns: nothing; the second statement runs until it is killed
SYSTEM START LISTEN HTTP;
SELECT sleepEachRow(0.5) /* workbench-foreground */
FROM numbers(1000000000)
FORMAT Null
SETTINGS max_block_size = 1, max_threads = 1, function_sleep_max_microseconds_per_block = 0, log_queries = 0
