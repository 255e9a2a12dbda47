-- Cross-session learning: which completions arrived, what each conversation and debate shows, patterns, insights.
-- learning_events is the ledger of hop learning. A row of learning_conversations waits until its conversation has been
-- read (learned_messages is -1 until then); profile is derived from the turns and made anew when there are more of
-- them. learned_patterns holds what was found last; learned_insights keeps every version that was told (published_at
-- NULL: not handed to the outbox yet), holds says whether the pattern still is one.
-- Parameters: none
-- Returns: nothing
CREATE TABLE learning_events (
    tenant_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL CHECK (event_id ~ '^[0-9a-f]{64}$'),
    event_type text NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
);

CREATE TABLE learning_conversations (
    tenant_id text COLLATE "C" NOT NULL,
    conversation_id text COLLATE "C" NOT NULL,
    expected_messages bigint NOT NULL,
    waits_since timestamptz NOT NULL DEFAULT now(),
    learned_messages bigint NOT NULL DEFAULT -1,
    learned_revisions bigint NOT NULL DEFAULT 0,
    profile_version integer NOT NULL DEFAULT 0,
    last_at timestamptz,
    profile text,
    PRIMARY KEY (tenant_id, conversation_id)
) WITH (fillfactor = 70);

CREATE INDEX learning_conversations_waiting
    ON learning_conversations (tenant_id, conversation_id) WHERE learned_messages < 0;

CREATE INDEX learning_conversations_newest ON learning_conversations (tenant_id, last_at DESC, conversation_id);

CREATE TABLE learning_debates (
    tenant_id text COLLATE "C" NOT NULL,
    debate_id text COLLATE "C" NOT NULL,
    event_id text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    mined boolean NOT NULL DEFAULT false,
    profile text NOT NULL,
    PRIMARY KEY (tenant_id, debate_id)
);

CREATE INDEX learning_debates_waiting ON learning_debates (tenant_id) WHERE NOT mined;

CREATE TABLE learned_patterns (
    tenant_id text COLLATE "C" NOT NULL,
    pattern_id text COLLATE "C" NOT NULL,
    pattern_type text COLLATE "C" NOT NULL,
    subject text NOT NULL,
    key text NOT NULL,
    description text NOT NULL,
    frequency bigint NOT NULL,
    cases bigint NOT NULL,
    chance double precision NOT NULL,
    lift double precision NOT NULL,
    p_value double precision NOT NULL,
    comparisons bigint NOT NULL,
    confidence double precision NOT NULL,
    part_of text NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    examples jsonb NOT NULL,
    PRIMARY KEY (tenant_id, pattern_id)
);

CREATE INDEX learned_patterns_by_confidence ON learned_patterns (tenant_id, confidence DESC, pattern_id);

CREATE TABLE learned_insights (
    tenant_id text COLLATE "C" NOT NULL,
    insight_id text COLLATE "C" NOT NULL,
    version integer NOT NULL CHECK (version >= 1),
    event_id text COLLATE "C" NOT NULL UNIQUE,
    insight_type text NOT NULL,
    subject text NOT NULL,
    title text NOT NULL,
    description text NOT NULL,
    frequency bigint NOT NULL,
    cases bigint NOT NULL,
    chance double precision NOT NULL,
    lift double precision NOT NULL,
    p_value double precision NOT NULL,
    comparisons bigint NOT NULL,
    confidence double precision NOT NULL,
    impact text NOT NULL CHECK (impact IN ('low', 'medium', 'high')),
    examples jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    holds boolean NOT NULL DEFAULT true,
    published_at timestamptz,
    PRIMARY KEY (tenant_id, insight_id, version)
);

CREATE INDEX learned_insights_unpublished ON learned_insights (tenant_id, insight_id) WHERE published_at IS NULL;
