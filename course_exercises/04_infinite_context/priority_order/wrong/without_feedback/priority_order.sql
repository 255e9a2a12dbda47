-- Takes the priority as the worker wrote it.
SELECT row_number() OVER (ORDER BY p.pinned DESC, s.priority DESC, s.segment DESC) AS rank, s.segment, p.pinned,
    s.priority, ln(s.importance) / ln(2) AS importance_points, s.recency AS recency_points, p.feedback AS feedback_points
FROM segments AS s JOIN segment_priorities AS p USING (tenant_id, conversation_id, segment)
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
ORDER BY rank
