-- Which chunks hold a term; the pending list is off, so that a search after an insert is as quick as later ones.
-- Parameters: none
-- Returns: nothing
CREATE INDEX document_chunks_by_term ON document_chunks USING gin (terms) WITH (fastupdate = off);
