"""ClickHouse: the analytics warehouse."""
