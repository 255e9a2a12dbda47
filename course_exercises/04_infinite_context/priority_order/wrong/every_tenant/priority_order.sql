-- Forgets whose.
SELECT row_number() OVER (ORDER BY pinned DESC, priority DESC, segment DESC) AS rank,
    segment, pinned, priority, ln(importance) / ln(2) AS importance_points, recency AS recency_points, feedback AS feedback_points
FROM segment_priorities
WHERE conversation_id = %(conversation_id)s AND %(tenant_id)s::text <> ''
ORDER BY rank
