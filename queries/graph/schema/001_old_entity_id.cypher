// Entities are told apart by tenant, too: the constraint of earlier versions would refuse the second tenant's.
// Parameters: none
// Returns: nothing
DROP CONSTRAINT entity_id IF EXISTS
