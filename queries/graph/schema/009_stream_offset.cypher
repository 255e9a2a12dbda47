// One offset per topic partition.
// Parameters: none
// Returns: nothing
CREATE CONSTRAINT stream_offset IF NOT EXISTS
FOR (n:StreamOffset) REQUIRE n.stream_offset_key IS UNIQUE
