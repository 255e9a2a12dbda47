-- Chunks by document and position.
-- Parameters:
--   tenant_id (text): whose
--   document_ids (text[]): which documents
--   positions (integer[]): which chunk of each, side by side with the documents
-- Returns: one row per chunk that is still there, in no order
--   document_id (text), title (text), position (integer), headings (text[]), text (text), tokens (integer)
SELECT c.document_id, d.title, c.position, c.headings, c.text, c.tokens
FROM unnest(%(document_ids)s::text[], %(positions)s::integer[]) AS wanted (document_id, position)
JOIN document_chunks AS c
    ON c.tenant_id = %(tenant_id)s AND c.document_id = wanted.document_id AND c.position = wanted.position
JOIN documents AS d ON d.tenant_id = c.tenant_id AND d.document_id = c.document_id;
