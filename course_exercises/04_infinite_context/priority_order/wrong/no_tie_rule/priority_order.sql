-- Says nothing of two that are as high.
SELECT rank() OVER (ORDER BY pinned DESC, priority DESC) AS rank,
    segment, pinned, priority, ln(importance) / ln(2) AS importance_points, recency AS recency_points, feedback AS feedback_points
FROM segment_priorities
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s
ORDER BY rank, segment
