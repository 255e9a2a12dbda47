"""Object store, Delta tables and DuckDB: the data lake."""
