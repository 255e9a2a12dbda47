-- Turns of conversations after the places where their indexes stand, as they read now, with their terms where those are
-- kept. System turns are left out: a window pins them. Of a text above 262,144 characters both ends are returned, as
-- much as is analysed.
-- Parameters:
--   tenant_id (text): whose
--   conversation_ids (text[]): which
--   afters (bigint[]): in the same order, the sequence up to which each is indexed
--   untils (bigint[]): in the same order, the last sequence that is wanted
--   version (integer): of the analysis
-- Returns: one row per turn by conversation_id and sequence
--   conversation_id (text), sequence (bigint), event_id (text), session_id (text), occurred_at (timestamptz)
--   speaker (text): the user who said it; empty in another role
--   text_event_id (text): the event that its text is of
--   text (text): NULL when its terms are kept, and when it is in the lake alone
--   terms, counts (bytea), length (integer), spans (bytea), flags (integer): see turn_terms; NULL when not kept
-- OFFSET 0 and LIMIT 1 keep the two look-ups on their keys, also while the tables' statistics are those of an empty one.
SELECT e.conversation_id, e.sequence, e.event_id, e.session_id, e.occurred_at,
    CASE WHEN e.role = 'user' THEN e.user_id ELSE '' END AS speaker,
    e.text_event_id,
    CASE
        WHEN t.terms IS NOT NULL THEN NULL
        WHEN length(e.text) > 262144 THEN left(e.text, 131072) || ' ' || right(e.text, 131072)
        ELSE e.text
    END AS text,
    t.terms, t.counts, t.length, t.spans, t.flags
FROM unnest(%(conversation_ids)s::text[], %(afters)s::bigint[], %(untils)s::bigint[])
    AS wanted (conversation_id, after, until)
CROSS JOIN LATERAL (
    SELECT conversation_id, sequence, event_id, session_id, occurred_at, role, user_id, text,
        coalesce(revised_by, event_id) AS text_event_id
    FROM current_turns
    WHERE tenant_id = %(tenant_id)s AND conversation_id = wanted.conversation_id
        AND sequence > wanted.after AND sequence <= wanted.until AND role <> 'system'
    OFFSET 0
) AS e
LEFT JOIN LATERAL (
    SELECT terms, counts, length, spans, flags
    FROM turn_terms
    WHERE tenant_id = %(tenant_id)s AND conversation_id = e.conversation_id AND text_event_id = e.text_event_id
        AND version = %(version)s
    LIMIT 1
) AS t ON true
ORDER BY e.conversation_id COLLATE "C", e.sequence;
