-- Offsets of sinks whose store is the outbox, and what extraction has done
-- Parameters: none
-- Returns: none
CREATE TABLE IF NOT EXISTS offsets (
    hop         TEXT NOT NULL,
    topic       TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    topic_id    TEXT NOT NULL,
    next_offset INTEGER NOT NULL,
    epoch       INTEGER NOT NULL,
    PRIMARY KEY (hop, topic, "partition")
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS extracted (
    event_id   BLOB NOT NULL PRIMARY KEY CHECK (length(event_id) = 32),
    event_type TEXT NOT NULL
) STRICT, WITHOUT ROWID;
