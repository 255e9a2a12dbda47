-- Edited and deleted messages, and texts that went to the lake.
-- A message.edited or message.deleted event is a row of its own that names its message in target_event_id; an edit's
-- text stands in its own text. revised_* of a message hold what the newest such event of its conversation says (by
-- occurred_at, then event_id); text, nul_offsets and tokens stay what was said first. A deleted message has
-- revised_deleted. archived_sha256 is the SHA-256 of the UTF-8 of text while text itself is only in the lake.
-- Parameters: none
-- Returns: nothing
ALTER TABLE conversation_events
    ADD COLUMN target_event_id text COLLATE "C",
    ADD COLUMN revised_by text COLLATE "C",
    ADD COLUMN revised_deleted boolean NOT NULL DEFAULT false,
    ADD COLUMN revised_text text,
    ADD COLUMN revised_nul_offsets integer[],
    ADD COLUMN revised_tokens bigint,
    ADD COLUMN archived_sha256 text;

CREATE INDEX conversation_events_revisions
    ON conversation_events (tenant_id, conversation_id, target_event_id) WHERE target_event_id IS NOT NULL;

CREATE INDEX conversation_events_revised
    ON conversation_events (tenant_id, conversation_id, sequence) WHERE revised_by IS NOT NULL;

ALTER TABLE conversations
    ADD COLUMN revision_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN deleted_count bigint NOT NULL DEFAULT 0;

-- What a window may show: turns as they read now, without the deleted ones; an archived one has no text here.
CREATE VIEW current_turns AS
SELECT
    tenant_id, conversation_id, sequence, event_id, role, user_id, session_id, occurred_at, ingested_at, provider, model,
    coalesce(revised_text, text) AS text,
    CASE WHEN revised_by IS NULL THEN nul_offsets ELSE revised_nul_offsets END AS nul_offsets,
    coalesce(revised_tokens, tokens) AS tokens, revised_by, archived_sha256 IS NOT NULL AS archived
FROM conversation_events
WHERE role IS NOT NULL AND NOT revised_deleted;
