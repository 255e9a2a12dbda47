-- Distinct events per type, with the sum of their ids' first 32 bits.
-- Parameters: none
-- Returns: one row per event type
--   event_type (VARCHAR)
--   events     (BIGINT): distinct event ids
--   checksum   (HUGEINT): sum of the first eight hexadecimal digits of each distinct id
SELECT event_type,
       count(*)                                             AS events,
       sum(('0x' || substr(event_id, 1, 8))::UBIGINT)       AS checksum
FROM (SELECT DISTINCT event_type, event_id FROM events)
GROUP BY event_type
ORDER BY event_type;
