-- Empty everything that is rebuilt from events.
-- Parameters: none
-- Returns: nothing
TRUNCATE conversation_events, segments, sessions, conversations;
