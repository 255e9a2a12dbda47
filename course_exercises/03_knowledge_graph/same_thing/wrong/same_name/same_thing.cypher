// Sessions that use the same word.
MATCH (a:Entity {tenant_id: $tenant_id})-[:MENTIONED_IN]->(:Message)-[:IN_SESSION]->(one:Session)
MATCH (a)-[:MENTIONED_IN]->(:Message)-[:IN_SESSION]->(other:Session)
WHERE one.session_id < other.session_id
RETURN DISTINCT one.session_id AS session_a, other.session_id AS session_b, a.name AS name_a, a.name AS name_b
