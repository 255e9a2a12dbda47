"""How much each sign of relevance counts."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of the mixture; every part is 0 to 1 before its weight, 1 for the best turn of a search.

    Fitted on ``locomo_first_five.json`` as in `benchmarks.context`: the mean of the fits on all five conversations and
    on each four of them, rounded to quarters (`where` is lower than its fit: few questions ask for a place).
    ``docs/retrieval.md`` has what each wins, and recall with weights fitted on other conversations than it is
    measured on.

    Parameters
    ----------
    words : float
        BM25 of the turn.
    near : float
        BM25 of the turn with one neighbour at each side, within its session.
    around : float
        The same with two: an answer often shares no word with the question, its neighbours do.
    session : float
        BM25 of the turn's whole session.
    speaker : float
        The turn is of the speaker that the question names, or whom its "I" or "you" means.
    length : float
        Longer turns say more: logarithm of the length, by that of the longest.
    asks : float
        The turn ends with a question: against it.
    when : float
        The question asks for a time, and the turn names one.
    where : float
        The question asks for a place, and the turn seems to name one.
    date : float
        The question names a time, and the turn was said then or speaks of it.
    vector : float
        Cosine of sentence vectors, where there are any.
    """

    words: float = 1.25
    near: float = 2.25
    around: float = 4.0
    session: float = 2.5
    speaker: float = 3.0
    length: float = 2.0
    asks: float = -1.0
    when: float = 1.75
    where: float = 5.0
    date: float = 7.0
    vector: float = 4.0

    def by_name(self) -> dict[str, float]:
        """Part -> weight."""
        return asdict(self)


WEIGHTS = Weights()
"""The weights that are shipped."""
