-- The patterns of a tenant, the surest first.
-- Parameters:
--   tenant_id (text): whose
--   pattern_type (text): which, or all
--   row_limit (integer): most rows
-- Returns: one row per pattern
--   pattern_id (text), pattern_type (text), subject (text), key (text), description (text), frequency (bigint)
--   cases (bigint), chance (double precision), lift (double precision), p_value (double precision), comparisons (bigint)
--   confidence (double precision), part_of (text), first_seen, last_seen (timestamptz), examples (jsonb)
SELECT
    pattern_id, pattern_type, subject, key, description, frequency, cases, chance, lift, p_value, comparisons, confidence,
    part_of, first_seen, last_seen, examples
FROM learned_patterns
WHERE tenant_id = %(tenant_id)s AND %(pattern_type)s::text IN ('all', pattern_type)
ORDER BY confidence DESC, frequency DESC, pattern_id
LIMIT %(row_limit)s;
