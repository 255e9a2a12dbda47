-- Open conversations by their last turn, so that idle ones are found without reading the others.
-- Parameters: none
-- Returns: nothing
CREATE INDEX conversations_open ON conversations (last_at, tenant_id, conversation_id) WHERE status = 'open';
