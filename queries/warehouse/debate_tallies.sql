-- Distinct debates' events that the warehouse accounts for, with the sum of their ids' first 32 bits.
-- Parameters: none
-- Returns: one row
--   events   (UInt64): distinct event ids
--   checksum (UInt64): sum of the first eight hexadecimal digits of each
SELECT count() AS events, sum(reinterpretAsUInt32(reverse(unhex(substring(event_id, 1, 8))))) AS checksum
FROM (SELECT DISTINCT event_id FROM debate_rounds)
