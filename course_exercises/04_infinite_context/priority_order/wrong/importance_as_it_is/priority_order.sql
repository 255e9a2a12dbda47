-- Forgets the logarithm.
SELECT row_number() OVER (ORDER BY pinned DESC, priority DESC, segment DESC) AS rank, segment, pinned, priority,
    importance AS importance_points, recency AS recency_points, feedback AS feedback_points
FROM segment_priorities
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
ORDER BY rank
