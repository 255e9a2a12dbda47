-- Empty what is made from events; the insights that were told stay, so that none is told twice.
-- Parameters: none
-- Returns: nothing
TRUNCATE learning_events, learning_conversations, learning_debates, learned_patterns;
