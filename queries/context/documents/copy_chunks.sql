-- Append chunks in PostgreSQL's binary copy format.
-- Parameters: none
-- Returns: nothing
COPY document_chunks (
    tenant_id, document_id, position, headings, text, tokens, terms, counts, length
) FROM STDIN (FORMAT BINARY);
