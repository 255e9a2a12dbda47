-- Leave a conversation's profile as it is, and note that it was looked at.
-- Parameters:
--   tenant_id (text): whose
--   conversation_id (text): which
--   messages (bigint): that are stored
--   revisions (bigint): that are stored
--   profile_version (integer): of this program
-- Returns: nothing
UPDATE learning_conversations SET
    learned_messages = %(messages)s, learned_revisions = %(revisions)s, profile_version = %(profile_version)s
WHERE tenant_id = %(tenant_id)s AND conversation_id = %(conversation_id)s;
