-- Move offsets where they stand as expected and nobody else claimed since; fewer rows than asked means fenced.
-- Parameters:
--   hop (text): who moves
--   topics (text[]): one per topic partition
--   partitions (integer[]): in the same order
--   expected (bigint[]): offsets that must be stored now
--   epochs (bigint[]): epochs that must be stored now
--   next_offsets (bigint[]): offsets to store
-- Returns: one row per topic partition that was moved
--   topic (text), partition (integer)
UPDATE stream_offsets AS kept
SET next_offset = move.next_offset, moved_at = now()
FROM unnest(
    %(topics)s::text[], %(partitions)s::integer[], %(expected)s::bigint[], %(epochs)s::bigint[], %(next_offsets)s::bigint[]
) AS move (topic, partition, expected, epoch, next_offset)
WHERE kept.hop = %(hop)s AND kept.topic = move.topic AND kept.partition = move.partition
    AND kept.next_offset = move.expected AND kept.epoch = move.epoch
RETURNING kept.topic, kept.partition;
