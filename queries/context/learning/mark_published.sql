-- Note that insights are in the outbox.
-- Parameters:
--   event_ids (text[]): their events
-- Returns: nothing
UPDATE learned_insights SET published_at = now() WHERE event_id = ANY(%(event_ids)s::text[]);
