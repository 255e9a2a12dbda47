-- Tries to write.
UPDATE segments SET priority = 0 WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s RETURNING segment
