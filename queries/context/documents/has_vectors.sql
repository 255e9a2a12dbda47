-- Whether the table of sentence vectors is there.
-- Parameters: none
-- Returns: one row
--   there (boolean)
SELECT to_regclass('document_vectors') IS NOT NULL AS there;
