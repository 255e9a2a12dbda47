-- Ledger of produced events, the queue of those not sent yet, and tallies kept with each commit
-- Parameters: none
-- Returns: none
CREATE TABLE IF NOT EXISTS events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id    BLOB NOT NULL UNIQUE CHECK (length(event_id) = 32),
    event_type  TEXT NOT NULL,
    ingested_us INTEGER NOT NULL
) STRICT;

-- Bodies live apart from the ledger: they come and go, and the ledger stays small enough to scan.
CREATE TABLE IF NOT EXISTS queue (
    seq         INTEGER PRIMARY KEY,
    event_type  TEXT NOT NULL,
    key         TEXT NOT NULL,
    traceparent TEXT,
    blob        TEXT,
    body        BLOB NOT NULL
) STRICT;

CREATE INDEX IF NOT EXISTS queue_by_type ON queue (event_type);
CREATE INDEX IF NOT EXISTS queue_by_blob ON queue (blob) WHERE blob IS NOT NULL;

-- kind: produced, extracted
CREATE TABLE IF NOT EXISTS tallies (
    kind       TEXT NOT NULL,
    event_type TEXT NOT NULL,
    count      INTEGER NOT NULL,
    checksum   INTEGER NOT NULL,
    PRIMARY KEY (kind, event_type)
) STRICT, WITHOUT ROWID;
