-- What a segment is made of and what became of it: cohesion state, signals, revisions, lifecycle.
-- state is what the segmentation needs to go on and stands in a conversation's last segment only; tokens_by and
-- entity_ids are described after a segment is closed (NULL until then); token_delta, revised_turns and deleted_turns
-- say what edited and deleted messages changed since. heat, heat_at and the marks of the lifecycle are no facts: a
-- rebuild begins them anew.
-- Parameters: none
-- Returns: nothing
ALTER TABLE segments DROP CONSTRAINT segments_status_check;

ALTER TABLE segments DROP CONSTRAINT segments_closed_by_check;

ALTER TABLE segments DROP CONSTRAINT segments_check;

UPDATE segments SET status = 'active' WHERE status = 'closed';

ALTER TABLE segments
    ADD CONSTRAINT segments_status_check CHECK (status IN ('open', 'active', 'compressed', 'archived')),
    ADD CONSTRAINT segments_closed_by_check CHECK (closed_by IN ('budget', 'gap', 'session', 'topic', 'completed')),
    ADD CONSTRAINT segments_check CHECK ((status = 'open') = (closed_by IS NULL)),
    ADD COLUMN state text,
    ADD COLUMN names text[] NOT NULL DEFAULT '{}',
    ADD COLUMN entity_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN decision_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN preference_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN code_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN number_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN system_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN token_delta bigint NOT NULL DEFAULT 0,
    ADD COLUMN revised_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN deleted_turns integer NOT NULL DEFAULT 0,
    ADD COLUMN tokens_by jsonb,
    ADD COLUMN entity_ids text[],
    ADD COLUMN heat double precision NOT NULL DEFAULT 0,
    ADD COLUMN heat_at timestamptz,
    ADD COLUMN used_count bigint NOT NULL DEFAULT 0,
    ADD COLUMN compressed_at timestamptz,
    ADD COLUMN archived_at timestamptz,
    ADD COLUMN recalled_at timestamptz,
    ADD COLUMN recall_count integer NOT NULL DEFAULT 0,
    ADD COLUMN summary text,
    ADD COLUMN summary_tokens bigint;

-- Closed segments that wait for their description, and what lies hot, across conversations.
CREATE INDEX segments_undescribed ON segments (tenant_id, conversation_id, segment)
    WHERE tokens_by IS NULL AND status <> 'open';
