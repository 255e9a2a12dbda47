-- Keep what was analysed; in key order, so that two writers never wait for each other in a circle.
-- Parameters:
--   tenant_id (text): whose
--   version (integer): of the analysis
--   conversation_ids (text[]): one per text
--   text_event_ids (text[]): in the same order, as all that follow
--   terms (bytea[]): see turn_terms
--   counts (bytea[]): see turn_terms
--   lengths (integer[]): see turn_terms
--   spans (bytea[]): see turn_terms
--   flags (integer[]): see turn_terms
-- Returns: nothing
INSERT INTO turn_terms AS kept (tenant_id, conversation_id, text_event_id, version, terms, counts, length, spans, flags)
SELECT %(tenant_id)s, conversation_id, text_event_id, %(version)s, terms, counts, length, spans, flags
FROM unnest(
    %(conversation_ids)s::text[], %(text_event_ids)s::text[], %(terms)s::bytea[], %(counts)s::bytea[],
    %(lengths)s::integer[], %(spans)s::bytea[], %(flags)s::integer[]
) AS made (conversation_id, text_event_id, terms, counts, length, spans, flags)
ORDER BY conversation_id COLLATE "C", text_event_id COLLATE "C"
ON CONFLICT (tenant_id, conversation_id, text_event_id) DO UPDATE SET
    version = EXCLUDED.version, terms = EXCLUDED.terms, counts = EXCLUDED.counts, length = EXCLUDED.length,
    spans = EXCLUDED.spans, flags = EXCLUDED.flags
WHERE kept.version <> EXCLUDED.version;
