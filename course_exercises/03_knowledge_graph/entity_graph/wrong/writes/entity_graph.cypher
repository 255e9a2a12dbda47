// Tries to write.
MERGE (e:Entity {entity_id: "exercise"})
RETURN e.name AS from_name, null AS relationship_type, null AS to_name
