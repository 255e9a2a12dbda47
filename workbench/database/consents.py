"""Users' consent to recall across sessions, and the conversations that it opens."""

from dataclasses import dataclass
from datetime import datetime

from workbench.database.connection import BoundedConnection
from workbench.database.statements import statement


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether a user allows recall across sessions, and since when; None when never asked."""

    cross_session_recall: bool = False
    changed_at: datetime | None = None


def consent(connection: BoundedConnection, tenant_id: str, user_id: str) -> Consent:
    """A user's consent to recall across sessions; no unless given."""
    row = connection.execute(statement("sessions/consent"), {"tenant_id": tenant_id, "user_id": user_id}).fetchone()
    return Consent() if row is None else Consent(*row)


def save_consent(connection: BoundedConnection, tenant_id: str, user_id: str, *, allowed: bool) -> Consent:
    """Give or withdraw the consent."""
    wanted = {"tenant_id": tenant_id, "user_id": user_id, "allowed": allowed}
    row = connection.execute(statement("sessions/save_consent"), wanted).fetchone()
    return Consent() if row is None else Consent(*row)


def own_conversations(
    connection: BoundedConnection, tenant_id: str, user_id: str, *, except_conversation_id: str, limit: int
) -> list[str]:
    """A user's other conversations, the latest first; none without consent, none in which somebody else has a part."""
    rows = connection.execute(
        statement("sessions/own_conversations"),
        {
            "tenant_id": tenant_id,
            "user_id": user_id,
            "except_conversation_id": except_conversation_id,
            "row_limit": limit,
        },
    )
    return [str(row[0]) for row in rows]
