// Start every topic partition anew and fence whoever holds one: the graph is about to be emptied.
// Parameters: none
// Returns: nothing
MATCH (o:StreamOffset)
SET o.next_offset = 0, o.epoch = o.epoch + 1
