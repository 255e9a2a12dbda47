-- Count that a window used segments: what their heat was halves with every half-life, and one use is added. The first
-- use was when the segment was said.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   segments (integer[]): which
--   used_at (timestamptz): when
--   half_life_s (double precision): seconds in which heat halves
-- Returns: nothing
UPDATE segments SET
    heat = 1 + CASE WHEN heat_at IS NULL THEN 1 ELSE heat END * power(
        2, -least(1000, greatest(0, extract(epoch FROM %(used_at)s - coalesce(heat_at, last_at)) / %(half_life_s)s))
    ),
    heat_at = greatest(heat_at, %(used_at)s),
    used_count = used_count + 1
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s AND segment = ANY(%(segments)s::integer[]);
