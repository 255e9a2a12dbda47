-- Store the vectors of a document's chunks.
-- Parameters:
--   tenant_id (text): whose
--   document_id (text): which
--   vectors (text[]): one per chunk by position from 0, as pgvector writes them
-- Returns: nothing
INSERT INTO document_vectors (tenant_id, document_id, position, embedding)
SELECT %(tenant_id)s, %(document_id)s, given.place - 1, given.embedding::vector
FROM unnest(%(vectors)s::text[]) WITH ORDINALITY AS given (embedding, place);
