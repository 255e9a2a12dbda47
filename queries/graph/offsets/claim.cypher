// Take over topic partitions: raise each epoch, and start anew where Kafka's topic is another one.
// The first SET locks the node, so that what follows reads what the last writer left.
// Parameters:
//   claims (LIST OF MAP): stream_offset_key, topic (STRING), topic_partition (INTEGER), topic_id (STRING), in key order
// Returns: one row per claim
//   stream_offset_key (STRING): which
//   next_offset (INTEGER): first offset that the graph does not have
//   epoch (INTEGER): the new epoch
UNWIND $claims AS claim
MERGE (o:StreamOffset {stream_offset_key: claim.stream_offset_key})
  ON CREATE SET o.topic = claim.topic, o.topic_partition = claim.topic_partition, o.topic_id = claim.topic_id,
                o.next_offset = 0, o.epoch = 0
SET o.locked = true
WITH o, claim
SET o.epoch = o.epoch + 1,
    o.next_offset = CASE WHEN o.topic_id = claim.topic_id THEN o.next_offset ELSE 0 END,
    o.topic_id = claim.topic_id
RETURN o.stream_offset_key AS stream_offset_key, o.next_offset AS next_offset, o.epoch AS epoch
