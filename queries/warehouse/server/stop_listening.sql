-- End the statement that holds the local ClickHouse's port open, and so the server.
-- Parameters: none
-- Returns: one row per killed statement: kill_status (String), query_id (String), user (String), query (String)
KILL QUERY WHERE query LIKE '%workbench-foreground%' AND query NOT LIKE 'KILL%' ASYNC
