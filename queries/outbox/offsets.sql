-- Stored offsets of one sink
-- Parameters:
--   hop (TEXT): the sink
-- Returns:
--   one row per topic partition: topic TEXT, partition INTEGER, next_offset INTEGER, epoch INTEGER, topic_id TEXT
SELECT topic, "partition", next_offset, epoch, topic_id FROM offsets WHERE hop = :hop ORDER BY topic, "partition";
