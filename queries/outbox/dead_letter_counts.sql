-- How many dead letters there are by hop and status
-- Parameters: none
-- Returns:
--   one row per hop and status: hop TEXT, status TEXT, count INTEGER
SELECT hop, status, count(*) FROM dead_letters GROUP BY hop, status ORDER BY hop, status;
