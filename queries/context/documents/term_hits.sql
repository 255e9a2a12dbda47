-- Where a query's terms are in a tenant's documents.
-- Parameters:
--   tenant_id (text): whose
--   terms (bigint[]): ids of the query's distinct terms
-- Returns: one row per chunk and term that it holds
--   document_id (text), position (integer), term (bigint), count (integer), length (integer): terms of the chunk
SELECT c.document_id, c.position, asked.term, c.counts[array_position(c.terms, asked.term)] AS count, c.length
FROM unnest(%(terms)s::bigint[]) AS asked (term)
JOIN document_chunks AS c ON c.tenant_id = %(tenant_id)s AND c.terms @> ARRAY[asked.term];
