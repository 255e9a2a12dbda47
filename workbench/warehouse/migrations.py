"""Apply the numbered schema files of ``queries/warehouse/schema``, once each."""

import hashlib

import pyarrow as pa

from workbench.errors import StoreError
from workbench.queries import load_query, query_names
from workbench.settings import Settings
from workbench.warehouse.client import Warehouse, open_warehouse

RECORD = "schema/000_schema_migrations"
"""Creates the record of the others, so it is not recorded itself."""


def _digest(name: str) -> str:
    return hashlib.sha256(load_query("warehouse", name).text.encode()).hexdigest()


def apply(settings: Settings) -> list[str]:
    """Make the database and bring its schema up to date; idempotent, and safe when two do it at once.

    Returns
    -------
    list of str
        Names of the files that were applied now.

    Raises
    ------
    StoreUnavailableError
        When ClickHouse does not answer.
    StoreError
        When a file that was applied has another text now: schema files are added, never edited.
    """
    with Warehouse(settings.clickhouse, any_database=True) as server:
        server.run("create_database", database=settings.clickhouse.database)
    with open_warehouse(settings) as warehouse:
        warehouse.run(RECORD)
        return _apply_missing(warehouse)


def _apply_missing(warehouse: Warehouse) -> list[str]:
    known = dict(warehouse.frame("applied_migrations").iter_rows())
    done: list[str] = []
    for name in query_names("warehouse", "schema"):
        if name == RECORD:
            continue
        digest = _digest(name)
        if known.get(name, digest) != digest:
            raise StoreError(
                f"queries/warehouse/{name}.sql was applied with another text; restore it and add a new numbered file"
            )
        if name not in known:
            warehouse.run(name)
            warehouse.insert("schema_migrations", pa.table({"name": [name], "sha256": [digest]}))
            done.append(name)
    return done
