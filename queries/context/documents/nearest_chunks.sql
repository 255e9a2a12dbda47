-- A tenant's chunks whose vectors are nearest to a question's: an exact search.
-- Parameters:
--   tenant_id (text): whose
--   vector (text): as pgvector writes it
--   row_limit (integer): most rows
-- Returns: one row per chunk, nearest first
--   document_id (text), position (integer)
SELECT document_id, position
FROM document_vectors
WHERE tenant_id = %(tenant_id)s
ORDER BY embedding <=> %(vector)s::vector, document_id, position
LIMIT %(row_limit)s;
