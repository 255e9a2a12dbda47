-- The insights of a tenant that hold, each in its latest version, the newest first.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most rows
-- Returns: one row per insight
--   insight_id (text), version (integer), insight_type (text), subject (text), title (text), description (text)
--   frequency (bigint), cases (bigint), chance (double precision), lift (double precision), p_value (double precision)
--   comparisons (bigint), confidence (double precision), impact (text), examples (jsonb), created_at (timestamptz)
SELECT
    insight_id, version, insight_type, subject, title, description, frequency, cases, chance, lift, p_value, comparisons,
    confidence, impact, examples, created_at
FROM (
    SELECT DISTINCT ON (insight_id)
        insight_id, version, insight_type, subject, title, description, frequency, cases, chance, lift, p_value,
        comparisons, confidence, impact, examples, created_at
    FROM learned_insights
    WHERE tenant_id = %(tenant_id)s AND holds
    ORDER BY insight_id, version DESC
) AS latest
ORDER BY created_at DESC, confidence DESC, insight_id
LIMIT %(row_limit)s;
