-- What is stored of a document, to see whether it is the same.
-- Parameters:
--   tenant_id (text): whose
--   document_id (text): which
-- Returns: one row, none when it is not stored
--   sha256 (text), version (text), title (text)
SELECT sha256, version, title
FROM documents
WHERE tenant_id = %(tenant_id)s AND document_id = %(document_id)s;
