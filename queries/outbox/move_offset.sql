-- Move a topic partition's offset if it is where, and owned by whom, the writer believes
-- Parameters:
--   hop (TEXT): the sink
--   topic (TEXT): topic
--   partition (INTEGER): its number
--   expected (INTEGER): the offset that the writer believes to be stored
--   next_offset (INTEGER): the offset to store
--   epoch (INTEGER): the writer's epoch
-- Returns:
--   one row when it moved, none when the writer is fenced: next_offset INTEGER
UPDATE offsets SET next_offset = :next_offset
WHERE hop = :hop AND topic = :topic AND "partition" = :partition AND next_offset = :expected AND epoch = :epoch
RETURNING next_offset;
