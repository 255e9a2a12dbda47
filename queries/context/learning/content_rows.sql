-- What was learned: profiles of conversations and debates, and the patterns made of them; no times of learning.
-- Parameters: none
-- Returns: one row per fact, in order
--   fact (text)
SELECT fact
FROM (
    SELECT concat_ws(chr(31), 'conversation', tenant_id, conversation_id, profile) AS fact
    FROM learning_conversations
    WHERE learned_messages >= 0
    UNION ALL
    SELECT concat_ws(chr(31), 'debate', tenant_id, debate_id, event_id, profile) FROM learning_debates
    UNION ALL
    SELECT concat_ws(
        chr(31), 'pattern', tenant_id, pattern_id, pattern_type, subject, key, frequency::text, cases::text,
        comparisons::text, confidence::text, part_of, examples::text
    )
    FROM learned_patterns
) AS facts
ORDER BY fact COLLATE "C";
