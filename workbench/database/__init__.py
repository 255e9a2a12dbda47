"""PostgreSQL: pool, migrations, unit of work."""
