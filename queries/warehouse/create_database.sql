-- Make the database of the warehouse.
-- Parameters:
--   database (Identifier): its name, as the settings say
-- Returns: nothing
CREATE DATABASE IF NOT EXISTS {database:Identifier}
