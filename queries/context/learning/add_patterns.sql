-- Write a tenant's patterns.
-- Parameters:
--   tenant_id (text): whose
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO learned_patterns (
    tenant_id, pattern_id, pattern_type, subject, key, description, frequency, cases, chance, lift, p_value, comparisons,
    confidence, part_of, first_seen, last_seen, examples
)
SELECT
    %(tenant_id)s, pattern_id, pattern_type, subject, key, description, frequency, cases, chance, lift, p_value,
    comparisons, confidence, part_of, first_seen, last_seen, examples
FROM json_to_recordset(%(rows)s::json) AS r (
    pattern_id text, pattern_type text, subject text, key text, description text, frequency bigint, cases bigint,
    chance double precision, lift double precision, p_value double precision, comparisons bigint,
    confidence double precision, part_of text, first_seen timestamptz, last_seen timestamptz, examples jsonb
);
