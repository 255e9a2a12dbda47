-- Offsets of Kafka's topic partitions, moved in the same transaction as the data.
-- next_offset is the first offset that is not stored yet; epoch is raised by every claim and fences
-- whoever claimed before; topic_id tells a topic from one of the same name created after it.
-- Parameters: none
-- Returns: nothing
CREATE TABLE stream_offsets (
    hop text COLLATE "C" NOT NULL,
    topic text COLLATE "C" NOT NULL,
    partition integer NOT NULL,
    topic_id text NOT NULL,
    next_offset bigint NOT NULL CHECK (next_offset >= 0),
    epoch bigint NOT NULL,
    moved_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (hop, topic, partition)
) WITH (fillfactor = 50);
