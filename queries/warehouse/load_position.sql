-- Where the loader stands for one lake table: the highest position of the highest epoch.
-- Parameters:
--   lake_table (String): e.g. raw_llm_calls
-- Returns: one row, or none when nothing was loaded yet
--   epoch    (UInt64)
--   version  (UInt64): Delta version to load next
--   next_row (UInt64): first row of it that is not loaded yet
--   rows     (UInt64): rows taken over so far in that epoch, for the record
SELECT epoch, version, next_row, rows
FROM load_progress
WHERE lake_table = {lake_table:String}
ORDER BY epoch DESC, position DESC
LIMIT 1
