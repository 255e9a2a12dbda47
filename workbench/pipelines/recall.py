"""What the same user said in other sessions, when the user allows it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from workbench.database.consents import own_conversations
from workbench.database.pool import ConnectionPool

RECALL_CONVERSATIONS = 200
"""Most conversations that are searched, the latest first: a year of talking every working day."""

H = TypeVar("H")


class Searching(Protocol[H]):
    """Finds turns; see `workbench.pipelines.retrieve.Retriever`."""

    def search(
        self, tenant_id: str, *, conversation_ids: Sequence[str], query: str, k: int, asked_at: datetime | None = None
    ) -> list[H]:
        """The best turns of some conversations for a query."""
        ...


def recall(
    pool: ConnectionPool,
    retriever: Searching[H],
    *,
    tenant_id: str,
    user_id: str,
    conversation_id: str,
    query: str,
    k: int = 8,
    asked_at: datetime | None = None,
) -> list[H]:
    """The best turns for a query from a user's other conversations; none without the user's consent.

    A conversation in which another user has a part is never searched, and consent is looked up each time: once
    withdrawn, nothing is found any more.

    Parameters
    ----------
    pool : ConnectionPool
    retriever : Searching
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
    return retriever.search(tenant_id, conversation_ids=others, query=query, k=k, asked_at=asked_at)
