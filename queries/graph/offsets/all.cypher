// Where the graph stands in each topic partition.
// Parameters: none
// Returns: one row per topic partition
//   topic (STRING)
//   topic_partition (INTEGER)
//   next_offset (INTEGER): first offset that the graph does not have
MATCH (o:StreamOffset)
RETURN o.topic AS topic, o.topic_partition AS topic_partition, o.next_offset AS next_offset
ORDER BY topic, topic_partition
