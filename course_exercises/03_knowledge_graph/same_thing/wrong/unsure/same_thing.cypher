// Takes links of any score.
MATCH (a:Entity {tenant_id: $tenant_id})-[same:SAME_AS]-(b:Entity)
WHERE same.valid_to IS NULL AND same.superseded_at IS NULL
MATCH (a)-[:MENTIONED_IN]->(:Message)-[:IN_SESSION]->(one:Session)
MATCH (b)-[:MENTIONED_IN]->(:Message)-[:IN_SESSION]->(other:Session)
WHERE one.session_id < other.session_id
RETURN DISTINCT one.session_id AS session_a, other.session_id AS session_b, a.name AS name_a, b.name AS name_b
