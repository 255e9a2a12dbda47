-- What an index of turns keeps of each text: so that a restarted process reads it instead of analysing texts again, and
-- finds turns whose text has gone to the lake. A function of the text's event and of the rules' version: a cache, left
-- alone by a rebuild and out of content hashes; a row whose event is not stored is never read.
-- text_event_id is the event that says what the turn reads now: the message's own, or its newest edit.
-- terms: 64-bit ids of stemmed terms, ascending, counts: 16-bit, how often each occurs; spans: pairs of 32-bit day
-- numbers (day 1 is 0001-01-01), first day and day after the last of each time that it names; all little-endian.
-- Parameters: none
-- Returns: nothing
CREATE TABLE turn_terms (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    text_event_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,
    terms bytea NOT NULL,
    counts bytea NOT NULL,
    length integer NOT NULL,
    spans bytea NOT NULL,
    flags integer NOT NULL,
    PRIMARY KEY (tenant_id, conversation_id, text_event_id),
    CHECK (octet_length(terms) = 4 * octet_length(counts) AND octet_length(spans) % 8 = 0)
);
