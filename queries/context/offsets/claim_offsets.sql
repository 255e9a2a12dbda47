-- Take over topic partitions: raise each epoch, start at 0 again where the topic was created anew.
-- Parameters:
--   hop (text): who claims
--   topics (text[]): one per topic partition
--   partitions (integer[]): in the same order
--   topic_ids (text[]): Kafka's current ids, in the same order
-- Returns: one row per topic partition
--   topic (text), partition (integer), next_offset (bigint), epoch (bigint), topic_id (text)
INSERT INTO stream_offsets AS kept (hop, topic, partition, topic_id, next_offset, epoch)
SELECT %(hop)s, topic, partition, topic_id, 0, 1
FROM unnest(%(topics)s::text[], %(partitions)s::integer[], %(topic_ids)s::text[]) AS claimed (topic, partition, topic_id)
ORDER BY topic COLLATE "C", partition
ON CONFLICT (hop, topic, partition) DO UPDATE SET
    epoch = kept.epoch + 1,
    next_offset = CASE WHEN kept.topic_id = EXCLUDED.topic_id THEN kept.next_offset ELSE 0 END,
    topic_id = EXCLUDED.topic_id,
    moved_at = now()
RETURNING topic, partition, next_offset, epoch, topic_id;
