-- The table of sentence vectors, for a server that has pgvector; made when vectors are first stored.
-- Parameters: none
-- Returns: nothing
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS document_vectors (
    tenant_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    position integer NOT NULL,
    embedding vector(384) NOT NULL,
    PRIMARY KEY (tenant_id, document_id, position),
    FOREIGN KEY (tenant_id, document_id, position) REFERENCES document_chunks ON DELETE CASCADE
);
