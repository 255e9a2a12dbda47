"""Apply the numbered schema files of ``queries/context/schema``, each once, all or none."""

import hashlib

from workbench.database.connection import BoundedConnection, connect
from workbench.database.faults import translated
from workbench.database.statements import statement
from workbench.errors import StoreError
from workbench.queries import query_names
from workbench.settings.schema import Settings

FOLDER = "schema"


def _pending(connection: BoundedConnection) -> list[tuple[str, str]]:
    applied = dict(connection.execute(statement("migrations/applied_migrations")).fetchall())
    pending: list[tuple[str, str]] = []
    for name in query_names("context", FOLDER):
        sha256 = hashlib.sha256(statement(name)).hexdigest()
        if name not in applied:
            pending.append((name, sha256))
        elif applied[name] != sha256:
            raise StoreError(
                f"queries/context/{name}.sql was changed after it was applied to this database;"
                " undo the change and put it into a new numbered file"
            )
    return pending


def apply(settings: Settings) -> list[str]:
    """Bring the database's schema up to date.

    One transaction under an advisory lock: two appliers do not fight, the second finds nothing to do,
    and a failure leaves the schema as it was.

    Parameters
    ----------
    settings : Settings

    Returns
    -------
    list of str
        Names of the files that were applied now, in order.

    Raises
    ------
    StoreUnavailableError
        When the server cannot be reached.
    StoreError
        When a file was changed after it was applied.
    """
    with connect(settings.postgresql) as connection, translated("apply its schema"), connection.transaction():
        connection.execute(statement("migrations/lock_migrations"))
        # The first file makes the table that remembers the others, if it is not there.
        connection.execute(statement(query_names("context", FOLDER)[0]))
        pending = _pending(connection)
        for name, sha256 in pending:
            connection.execute(statement(name))
            connection.execute(statement("migrations/record_migration"), {"name": name, "sha256": sha256})
    return [name for name, _ in pending]
