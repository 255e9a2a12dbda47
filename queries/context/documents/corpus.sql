-- How large a tenant's documents are together, for BM25.
-- Parameters:
--   tenant_id (text): whose
-- Returns: one row
--   chunks (bigint), terms (bigint): terms with repeats; 0 without documents
SELECT coalesce(sum(chunk_count), 0)::bigint AS chunks, coalesce(sum(term_count), 0)::bigint AS terms
FROM documents
WHERE tenant_id = %(tenant_id)s;
