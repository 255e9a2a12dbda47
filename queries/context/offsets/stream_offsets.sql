-- Where a hop stands in each topic partition.
-- Parameters:
--   hop (text): whose offsets
-- Returns: one row per topic partition
--   topic (text), partition (integer), next_offset (bigint), epoch (bigint), topic_id (text)
SELECT topic, partition, next_offset, epoch, topic_id
FROM stream_offsets
WHERE hop = %(hop)s
ORDER BY topic, partition;
