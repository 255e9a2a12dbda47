-- What users say of turns: pinned ones stay in every window, feedback raises or lowers a segment's priority.
-- User state, not derived from events: a rebuild leaves it alone. A mark names a turn by its event id, so that it stays
-- right when segments are cut anew; a segment has the marks of its turns.
-- Parameters: none
-- Returns: nothing
CREATE TABLE turn_marks (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    turn_id text COLLATE "C" NOT NULL,
    pinned boolean NOT NULL DEFAULT false,
    feedback integer NOT NULL DEFAULT 0 CHECK (feedback BETWEEN -1 AND 1),
    marked_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, conversation_id, turn_id)
);

CREATE VIEW segment_priorities AS
SELECT
    s.tenant_id, s.conversation_id, s.segment, s.status, s.closed_by, s.turn_count AS said_turns,
    s.token_count AS said_tokens, s.first_sequence, s.last_sequence, s.first_at, s.last_at,
    s.turn_count - s.deleted_turns AS turn_count, s.token_count + s.token_delta AS token_count,
    s.start_tokens, s.user_tokens, s.fact_turns, s.entity_turns, s.decision_turns, s.preference_turns, s.code_turns,
    s.number_turns, s.commitment_turns, s.system_turns, s.revised_turns, s.deleted_turns, s.names, s.entity_ids,
    s.tokens_by, s.importance, s.recency, s.heat, s.heat_at, s.used_count, s.recalled_at, s.recall_count, s.summary,
    s.summary_tokens, m.pinned, m.feedback, s.priority + m.feedback AS priority
FROM segments AS s
CROSS JOIN LATERAL (
    SELECT
        coalesce(bool_or(k.pinned), false) AS pinned,
        greatest(-1, least(1, coalesce(sum(k.feedback), 0)))::double precision AS feedback
    FROM turn_marks AS k
    JOIN conversation_events AS e
        ON e.event_id = k.turn_id AND e.tenant_id = k.tenant_id AND e.conversation_id = k.conversation_id
    WHERE k.tenant_id = s.tenant_id AND k.conversation_id = s.conversation_id
        AND e.sequence BETWEEN s.first_sequence AND s.last_sequence
) AS m;
