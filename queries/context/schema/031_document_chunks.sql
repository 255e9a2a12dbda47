-- Chunks of documents with the terms that they are found by: ids of stemmed terms, ascending, and how often each occurs.
-- Parameters: none
-- Returns: nothing
CREATE TABLE document_chunks (
    tenant_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    headings text[] NOT NULL,
    text text NOT NULL,
    tokens integer NOT NULL,
    terms bigint[] NOT NULL,
    counts integer[] NOT NULL,
    length integer NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position),
    FOREIGN KEY (tenant_id, document_id) REFERENCES documents ON DELETE CASCADE
);
