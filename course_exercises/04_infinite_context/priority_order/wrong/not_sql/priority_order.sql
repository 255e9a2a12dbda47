-- Not quite SQL.
SELECT segment BY priority FROM segment_priorities
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
