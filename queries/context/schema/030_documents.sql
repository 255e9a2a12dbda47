-- Documents of a tenant, one row each; what a search finds are their chunks.
-- They are added by their owner and follow from no events: rebuild leaves them alone, no content hash counts them.
-- Parameters: none
-- Returns: nothing
CREATE TABLE documents (
    tenant_id text COLLATE "C" NOT NULL,
    document_id text COLLATE "C" NOT NULL,
    title text NOT NULL,
    source text NOT NULL,
    media_type text NOT NULL,
    sha256 text NOT NULL,
    size_bytes bigint NOT NULL,
    -- The rules by which it was cut and analysed: another version is made again when it is added.
    version text NOT NULL,
    chunk_count integer NOT NULL,
    token_count bigint NOT NULL,
    term_count bigint NOT NULL,
    added_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, document_id)
);
