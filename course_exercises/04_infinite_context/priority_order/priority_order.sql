-- The stored segments of a conversation in the order in which a window takes them, and why.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
-- Returns: one row per segment, whatever its status: pinned ones first, then highest priority first; of two that are as
--   high the newer one first (a segment's number grows with time)
--   rank (bigint): from 1, without a number twice
--   segment (integer)
--   pinned (boolean)
--   priority (double precision): as it is now, feedback included: the sum of the three parts
--   importance_points (double precision): log2 of the importance
--   recency_points (double precision)
--   feedback_points (double precision)
--
-- What is there (look at your own conversations, too: psql, or \d segment_priorities):
--   segments            a row per segment as the worker wrote it: importance, recency, priority without feedback
--   turn_marks          what users said of turns: pinned, feedback
--   segment_priorities  both together: tenant_id, conversation_id, segment, status, importance, recency, feedback, pinned,
--                       priority
--
-- TODO: write the query; this one returns nothing
SELECT
    0 AS rank, 0 AS segment, false AS pinned, 0.0 AS priority,
    0.0 AS importance_points, 0.0 AS recency_points, 0.0 AS feedback_points
WHERE false
