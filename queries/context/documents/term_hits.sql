-- Where a query's terms are in a tenant's documents.
-- Parameters:
--   tenant_id (text): whose
--   terms (bigint[]): ids of the query's distinct terms
-- Returns: one row per chunk and term that it holds
--   document_id (text), position (integer), term (bigint), count (integer), length (integer): terms of the chunk
SELECT c.document_id, c.position, t.term, t.count, c.length
FROM document_chunks AS c
CROSS JOIN LATERAL unnest(c.terms, c.counts) AS t (term, count)
WHERE c.tenant_id = %(tenant_id)s
    AND c.terms && %(terms)s::bigint[]
    AND t.term = ANY(%(terms)s::bigint[]);
