-- Make the role and the database of the workbench in a new cluster, in single-user mode.
-- The new role takes the password of the cluster's first superuser, who then cannot log in any more.
-- Extensions go into the template, so that every database has them without a superuser.
-- Parameters: none
-- Returns: nothing
CREATE ROLE helixagent LOGIN CREATEDB;

UPDATE pg_authid
SET rolpassword = (SELECT owner.rolpassword FROM pg_authid AS owner WHERE owner.rolname = 'postgres')
WHERE rolname = 'helixagent';

ALTER ROLE postgres PASSWORD NULL;

CREATE EXTENSION vector;

CREATE EXTENSION pg_trgm;

CREATE EXTENSION pg_stat_statements;

GRANT pg_monitor TO helixagent;

CREATE DATABASE helixagent OWNER helixagent;

