-- Start every topic partition of a hop at 0 again and fence whoever claimed it.
-- Parameters:
--   hop (text): whose offsets
-- Returns: nothing
UPDATE stream_offsets SET next_offset = 0, epoch = epoch + 1, moved_at = now() WHERE hop = %(hop)s;
