-- Ask the server for its version: the cheapest real round trip.
-- Parameters: none
-- Returns: one row
--   version (text), e.g. 18.6
SELECT current_setting('server_version') AS version;
