-- Add a document or take over a new version of it; locks its row until the transaction ends.
-- Parameters:
--   tenant_id (text): whose
--   document_id (text): which
--   title (text): as told
--   source (text): where it is from
--   media_type (text): text/markdown or text/plain
--   sha256 (text): of the document's bytes
--   size_bytes (bigint): of the document
--   version (text): of the rules by which it was cut
--   chunk_count (integer): its chunks
--   token_count (bigint): of all its chunks
--   term_count (bigint): of all its chunks, repeats included
-- Returns: one row
--   added (boolean): false when it was there
INSERT INTO documents (
    tenant_id, document_id, title, source, media_type, sha256, size_bytes, version, chunk_count, token_count, term_count
)
VALUES (
    %(tenant_id)s, %(document_id)s, %(title)s, %(source)s, %(media_type)s, %(sha256)s, %(size_bytes)s, %(version)s,
    %(chunk_count)s, %(token_count)s, %(term_count)s
)
ON CONFLICT (tenant_id, document_id) DO UPDATE SET
    title = excluded.title, source = excluded.source, media_type = excluded.media_type, sha256 = excluded.sha256,
    size_bytes = excluded.size_bytes, version = excluded.version, chunk_count = excluded.chunk_count,
    token_count = excluded.token_count, term_count = excluded.term_count, updated_at = now()
RETURNING xmax = 0 AS added;
