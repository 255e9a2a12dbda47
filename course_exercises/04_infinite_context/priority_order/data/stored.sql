-- The check's own rows: one conversation of six segments, one of the same id of another tenant, and another conversation.
-- They are written in a transaction that is never committed, and that can only read from the last line on.
-- Worked out by hand, as log2(importance) + recency + feedback; the order is 2 (pinned), 5, 4, 1 (as high as 4, and
-- older), 6, 3.
--   segment 1: 2 + 0.25      = 2.25     segment 4: 0 + 1.25 + 1  = 2.25
--   segment 2: 0 + 0.5       = 0.5      segment 5: 1 + 1.5       = 2.5    archived
--   segment 3: 1 + 0.75 - 1  = 0.75     segment 6: 0 + 1.75      = 1.75   open
-- Parameters: none
-- Returns: nothing
INSERT INTO conversations (tenant_id, conversation_id, next_sequence, segment_count, message_count) VALUES
    ('course-priority-order', 'the-conversation', 13, 6, 12),
    ('course-priority-order', 'another-conversation', 3, 1, 2),
    ('course-another-tenant', 'the-conversation', 5, 2, 4);

INSERT INTO conversation_events (
    event_id, event_type, schema_version, tenant_id, conversation_id, session_id, user_id, sequence, occurred_at,
    payload_sha256, role, text, tokens
)
SELECT
    encode(sha256(convert_to(tenant_id || conversation_id || number, 'UTF8')), 'hex'), 'message.added', 1,
    tenant_id, conversation_id, 'a-session', 'a-user', number, timestamptz '2026-01-31T12:00:00Z' + number * interval '1 minute',
    'none', CASE number % 2 WHEN 1 THEN 'user' ELSE 'assistant' END, 'turn ' || number, 2000
FROM conversations, generate_series(1, message_count) AS number
WHERE tenant_id IN ('course-priority-order', 'course-another-tenant');

INSERT INTO segments (
    tenant_id, conversation_id, segment, status, closed_by, first_sequence, last_sequence, first_at, last_at, turn_count,
    token_count, start_tokens, user_tokens, fact_turns, commitment_turns, priority, importance, recency
)
SELECT
    tenant_id, conversation_id, segment, status, CASE WHEN status <> 'open' THEN 'topic' END, place * 2 - 1, place * 2,
    timestamptz '2026-01-31T12:00:00Z' + (place * 2 - 1) * interval '1 minute',
    timestamptz '2026-01-31T12:00:00Z' + place * 2 * interval '1 minute',
    2, 4000, (place - 1) * 4000, 2000, 0, 0, log(2, importance)::double precision + recency, importance, recency
FROM (VALUES
    ('course-priority-order', 'the-conversation', 1, 1, 'active', 4, 0.25),
    ('course-priority-order', 'the-conversation', 2, 2, 'active', 1, 0.5),
    ('course-priority-order', 'the-conversation', 3, 3, 'compressed', 2, 0.75),
    ('course-priority-order', 'the-conversation', 4, 4, 'active', 1, 1.25),
    ('course-priority-order', 'the-conversation', 5, 5, 'archived', 2, 1.5),
    ('course-priority-order', 'the-conversation', 6, 6, 'open', 1, 1.75),
    ('course-priority-order', 'another-conversation', 21, 1, 'open', 4, 1.0),
    ('course-another-tenant', 'the-conversation', 11, 1, 'active', 4, 1.0),
    ('course-another-tenant', 'the-conversation', 12, 2, 'open', 4, 1.5)
) AS stored (tenant_id, conversation_id, segment, place, status, importance, recency);

INSERT INTO turn_marks (tenant_id, conversation_id, turn_id, pinned, feedback)
SELECT tenant_id, conversation_id, event_id, sequence = 3, CASE sequence WHEN 5 THEN -1 WHEN 8 THEN 1 ELSE 0 END
FROM conversation_events
WHERE tenant_id = 'course-priority-order' AND conversation_id = 'the-conversation' AND sequence IN (3, 5, 8);

SET LOCAL statement_timeout = '10s';

SET TRANSACTION READ ONLY;
