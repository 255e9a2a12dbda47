-- Dead letters with their original bytes, and receipts of removed events
-- Parameters: none
-- Returns: none
-- status: unresolved, resolved. original is NULL when the bytes are in the blob folder.
CREATE TABLE IF NOT EXISTS dead_letters (
    dead_letter_id TEXT NOT NULL PRIMARY KEY,
    hop            TEXT NOT NULL,
    status         TEXT NOT NULL,
    reason         TEXT NOT NULL,
    event_id       TEXT,
    event_type     TEXT,
    topic          TEXT,
    "partition"    INTEGER,
    "offset"       INTEGER,
    source         TEXT,
    original       BLOB,
    blob           TEXT,
    recorded_us    INTEGER NOT NULL,
    resolved_us    INTEGER,
    resolution     TEXT
) STRICT;

CREATE INDEX IF NOT EXISTS dead_letters_by_hop ON dead_letters (status, hop, event_type);

CREATE TABLE IF NOT EXISTS receipts (
    hop         TEXT NOT NULL,
    event_type  TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    reason      TEXT NOT NULL,
    removed_us  INTEGER NOT NULL,
    PRIMARY KEY (hop, event_type, event_id)
) STRICT, WITHOUT ROWID;
