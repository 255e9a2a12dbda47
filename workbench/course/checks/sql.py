"""Run a learner's SQL: on rows of the check's own, read-only, with a deadline, and nothing stays."""

from pathlib import Path
from typing import Any

from workbench.course.checks.cypher import Answer
from workbench.database.connection import connect
from workbench.database.faults import translated
from workbench.errors import StoreError
from workbench.settings import Settings


def run_sql(settings: Settings, path: Path, *, given: Path, **parameters: Any) -> Answer:
    """Run the query of a file over rows that only it sees.

    Parameters
    ----------
    settings : Settings
    path : Path
        The learner's file, one query.
    given : Path
        Statements that write the rows and forbid further writing; they and their rows are rolled back.
    **parameters
        Bound by the driver, ``%(name)s``.

    Raises
    ------
    StoreError
        When PostgreSQL does not answer, or does not take the given rows.
    """
    text = path.read_bytes()
    with connect(settings.postgresql) as connection:
        try:
            with translated("write the rows of a check"):
                connection.execute(given.read_bytes())
            try:
                # A cursor of the server's takes a query and nothing else: no COMMIT, no second statement.
                with translated("run the query"), connection.cursor(name="answer") as cursor:
                    cursor.execute(text, parameters)
                    columns = tuple(column.name for column in cursor.description or ())
                    return Answer(columns, tuple(cursor.fetchall()), store="PostgreSQL")
            except StoreError as error:
                if connection.broken or connection.closed:
                    raise
                return Answer(refused=str(error).removeprefix("PostgreSQL cannot run the query: "), store="PostgreSQL")
        finally:
            if not (connection.broken or connection.closed):
                connection.rollback()
