"""What the same user said in other sessions, when the user allows it."""

from dataclasses import dataclass
from datetime import datetime

from workbench.database.consents import own_conversations
from workbench.database.nul import with_nul
from workbench.database.pool import ConnectionPool
from workbench.database.statements import statement
from workbench.pipelines.retrieve import Retriever

RECALL_CONVERSATIONS = 200
"""Most conversations that are searched, the latest first: a year of talking every working day."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """One turn of another session.

    Parameters
    ----------
    turn_id, conversation_id, session_id, role, text : str
    sequence : int
    occurred_at : datetime
    score : float
        To be compared within one recall only.
    """

    turn_id: str
    conversation_id: str
    sequence: int
    session_id: str
    role: str
    text: str
    occurred_at: datetime
    score: float


def recall(
    pool: ConnectionPool,
    retriever: Retriever,
    *,
    tenant_id: str,
    user_id: str,
    conversation_id: str,
    query: str,
    k: int = 8,
    asked_at: datetime | None = None,
) -> list[Recalled]:
    """The best turns for a query from a user's other conversations, best first; none without the user's consent.

    A conversation in which another user has a part is never searched, and consent is looked up each time: once
    withdrawn, nothing is found any more.

    Parameters
    ----------
    pool : ConnectionPool
    retriever : Retriever
    tenant_id, user_id : str
    conversation_id : str
        The conversation that goes on; it has its own search.
    query : str
    k : int
        Most turns.
    asked_at : datetime, optional
        For "last week" and the like.

    Raises
    ------
    StoreUnavailableError
        When PostgreSQL is not there.
    """
    with pool.connection("find a user's conversations") as connection, connection.transaction():
        others = own_conversations(
            connection, tenant_id, user_id, except_conversation_id=conversation_id, limit=RECALL_CONVERSATIONS
        )
    if not others:
        return []
    hits = retriever.search(tenant_id, conversation_ids=others, query=query, k=k, asked_at=asked_at)
    wanted = {"tenant_id": tenant_id, "user_id": user_id, "turn_ids": [one.turn_id for one in hits]}
    with pool.connection("read recalled turns") as connection, connection.transaction():
        rows = {row[0]: row for row in connection.execute(statement("sessions/recalled_turns"), wanted)}
    return [
        Recalled(turn, where, sequence, session, role, with_nul(text, nul_offsets), at, hit.score)
        for hit in hits
        if hit.turn_id in rows
        for turn, where, sequence, session, role, text, nul_offsets, at in [rows[hit.turn_id]]
    ]
