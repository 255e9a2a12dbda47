-- Shows all that there is.
SELECT rank() OVER (ORDER BY priority DESC) AS rank, segment, priority, importance, recency FROM segment_priorities
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
