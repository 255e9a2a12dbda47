-- How much is still to be learned, or to be told.
-- Parameters: none
-- Returns: one row
--   count (bigint): conversations that were not read, debates that were not mined, insights that were not handed on
SELECT
    (SELECT count(1) FROM learning_conversations WHERE learned_messages < 0)
    + (SELECT count(1) FROM learning_debates WHERE NOT mined)
    + (SELECT count(1) FROM learned_insights WHERE published_at IS NULL) AS count;
