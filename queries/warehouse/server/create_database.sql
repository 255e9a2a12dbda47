-- Make the analytics database, with names that can be exchanged atomically.
-- Parameters:
--   database (Identifier): its name
-- Returns: nothing
CREATE DATABASE IF NOT EXISTS {database:Identifier} ENGINE = Atomic
