-- Take over a topic partition: raise its epoch, and start at 0 where the topic is another one
-- Parameters:
--   hop (TEXT): the sink
--   topic (TEXT): topic
--   partition (INTEGER): its number
--   topic_id (TEXT): Kafka's current id of the topic
-- Returns:
--   one row: next_offset INTEGER, epoch INTEGER
INSERT INTO offsets (hop, topic, "partition", topic_id, next_offset, epoch)
VALUES (:hop, :topic, :partition, :topic_id, 0, 1)
ON CONFLICT (hop, topic, "partition") DO UPDATE SET
    next_offset = CASE WHEN offsets.topic_id = excluded.topic_id THEN offsets.next_offset ELSE 0 END,
    topic_id = excluded.topic_id,
    epoch = offsets.epoch + 1
RETURNING next_offset, epoch;
