-- Insights that were not handed to the outbox yet.
-- Parameters:
--   row_limit (integer): most rows
-- Returns: one row per insight and version
--   tenant_id (text), insight_id (text), version (integer), event_id (text), insight_type (text), subject (text)
--   title (text), description (text), frequency (bigint), lift (double precision), confidence (double precision)
--   impact (text), examples (jsonb), created_at (timestamptz)
SELECT
    tenant_id, insight_id, version, event_id, insight_type, subject, title, description, frequency, lift, confidence,
    impact, examples, created_at
FROM learned_insights
WHERE published_at IS NULL
ORDER BY tenant_id, insight_id, version
LIMIT %(row_limit)s;
