-- A tenant's chunks that hold a query's terms, ranked by BM25.
-- Parameters:
--   tenant_id (text): whose
--   terms (bigint[]): ids of the query's distinct terms
--   chunks (bigint): of all the tenant's documents
--   mean_length (double precision): terms of a chunk, repeats included, on average; above 0
--   k1 (double precision): how soon repeats of a term stop to count
--   b (double precision): how much of a chunk's length is held against it, 0 to 1
--   row_limit (integer): most rows
-- Returns: one row per chunk, best first
--   document_id (text), position (integer), score (double precision): above 0
WITH hits AS MATERIALIZED (
    SELECT
        c.document_id, c.position, asked.term, c.length::float8 AS length,
        c.counts[array_position(c.terms, asked.term)]::float8 AS count
    FROM unnest(%(terms)s::bigint[]) AS asked (term)
    JOIN document_chunks AS c ON c.tenant_id = %(tenant_id)s AND c.terms @> ARRAY[asked.term]
),
weights AS (
    -- Chunks that came in since they were counted may be more than the count: the weight must not fall below 0.
    SELECT term, ln(1 + (greatest(%(chunks)s, count(*)) - count(*) + 0.5) / (count(*) + 0.5))::float8 AS idf
    FROM hits
    GROUP BY term
)
SELECT
    h.document_id, h.position,
    sum(w.idf * h.count * (%(k1)s + 1) / (h.count + %(k1)s * (1 - %(b)s + %(b)s * h.length / %(mean_length)s))) AS score
FROM hits AS h
JOIN weights AS w USING (term)
GROUP BY h.document_id, h.position
ORDER BY score DESC, h.document_id, h.position
LIMIT %(row_limit)s;
