-- Remove a document with its chunks and their vectors.
-- Parameters:
--   tenant_id (text): whose
--   document_id (text): which
-- Returns: one row, none when it was not there
--   chunk_count (integer)
DELETE FROM documents
WHERE tenant_id = %(tenant_id)s AND document_id = %(document_id)s
RETURNING chunk_count;
