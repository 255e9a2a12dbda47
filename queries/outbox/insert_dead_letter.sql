-- Keep a dead letter; one that is known already stays as it is
-- Parameters:
--   dead_letter_id (TEXT): its id
--   hop (TEXT): where it was refused
--   reason (TEXT): why
--   event_id (TEXT): the event's id, may be NULL
--   event_type (TEXT): the event's type, may be NULL
--   topic (TEXT): may be NULL
--   partition (INTEGER): may be NULL
--   offset (INTEGER): may be NULL
--   source (TEXT): file and line of an import, may be NULL
--   original (BLOB): the bytes, NULL when they are in the blob folder
--   blob (TEXT): SHA-256 of the bytes in the blob folder, may be NULL
--   recorded_us (INTEGER): microseconds since 1970
-- Returns:
--   one row when it is new: dead_letter_id TEXT
INSERT INTO dead_letters (
    dead_letter_id, hop, status, reason, event_id, event_type, topic, "partition", "offset", source, original, blob,
    recorded_us
)
VALUES (
    :dead_letter_id, :hop, 'unresolved', :reason, :event_id, :event_type, :topic, :partition, :offset, :source,
    :original, :blob, :recorded_us
)
ON CONFLICT (dead_letter_id) DO NOTHING
RETURNING dead_letter_id;
