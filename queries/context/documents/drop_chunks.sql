-- Take away a document's chunks, before its new ones come.
-- Parameters:
--   tenant_id (text): whose
--   document_id (text): which
-- Returns: nothing
DELETE FROM document_chunks
WHERE tenant_id = %(tenant_id)s AND document_id = %(document_id)s;
