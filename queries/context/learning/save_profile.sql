-- Keep what a conversation shows, and how many of its messages that was made from.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   messages (bigint): that were read
--   revisions (bigint): that were read
--   profile_version (integer): of this program
--   last_at (timestamptz): of its last turn; NULL when it has none
--   profile (text): JSON; NULL when it shows nothing
-- Returns: nothing
UPDATE learning_conversations SET
    learned_messages = %(messages)s,
    learned_revisions = %(revisions)s,
    profile_version = %(profile_version)s,
    last_at = %(last_at)s,
    profile = %(profile)s
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s;
