-- A tenant's documents.
-- Parameters:
--   tenant_id (text): whose
--   row_limit (integer): most rows
-- Returns: one row per document by id
--   document_id (text), title (text), source (text), media_type (text), sha256 (text), size_bytes (bigint)
--   chunk_count (integer), token_count (bigint), added_at (timestamptz), updated_at (timestamptz)
SELECT
    document_id, title, source, media_type, sha256, size_bytes, chunk_count, token_count, added_at, updated_at
FROM documents
WHERE tenant_id = %(tenant_id)s
ORDER BY document_id
LIMIT %(row_limit)s;
