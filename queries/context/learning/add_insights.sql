-- Write the insights of a tenant that are new, or of a new version; those that are known are left alone.
-- Parameters:
--   tenant_id (text): whose
--   created_at (timestamptz): of new ones
--   rows (json): array of objects with the columns below
-- Returns: nothing
INSERT INTO learned_insights (
    tenant_id, insight_id, version, event_id, insight_type, subject, title, description, frequency, cases, chance, lift,
    p_value, comparisons, confidence, impact, examples, created_at
)
SELECT
    %(tenant_id)s, insight_id, version, event_id, insight_type, subject, title, description, frequency, cases, chance, lift,
    p_value, comparisons, confidence, impact, examples, %(created_at)s
FROM json_to_recordset(%(rows)s::json) AS r (
    insight_id text, version integer, event_id text, insight_type text, subject text, title text, description text,
    frequency bigint, cases bigint, chance double precision, lift double precision, p_value double precision,
    comparisons bigint, confidence double precision, impact text, examples jsonb
)
ON CONFLICT DO NOTHING;
