"""A conversation's turns, searchable."""

from collections.abc import Sequence
from datetime import datetime

from workbench.context.retrieval.arrays import TurnArrays
from workbench.context.retrieval.search import Hit, search


class Index(TurnArrays):
    """The turns of one conversation with a search over them; see `TurnArrays` for adding, editing and removing.

    Examples
    --------
    >>> from workbench.context.turns import Turn
    >>> index = Index()
    >>> index.extend(Turn(place, "user", text, 0) for place, text in enumerate(["We sell tea.", "It rains."], 1))
    >>> [hit.sequence for hit in index.search("Who sells tea?", k=1)]
    [1]
    """

    def search(
        self,
        query: str,
        *,
        k: int,
        asked_at: datetime | None = None,
        asker: str | None = None,
        speakers: Sequence[str] = (),
    ) -> list[Hit]:
        """The best turns for a question; see `workbench.context.retrieval.search.search`."""
        return search([self], query, k=k, asked_at=asked_at, asker=asker, speakers=speakers)
