// Move offsets that are where they are expected to be, under the epoch of whoever moves them.
// The first SET locks the node before its offset is read: two writers cannot both find it as expected.
// Parameters:
//   moves (LIST OF MAP): stream_offset_key (STRING), expected, next_offset, epoch (INTEGER), in key order
// Returns: one row
//   moved (INTEGER): how many were as expected; fewer than asked means that the transaction must be rolled back
UNWIND $moves AS move
MATCH (o:StreamOffset {stream_offset_key: move.stream_offset_key})
SET o.locked = true
WITH o, move
WHERE o.next_offset = move.expected AND o.epoch = move.epoch
SET o.next_offset = move.next_offset
RETURN count(o) AS moved
