"""Search one or several indexes: the parts of relevance side by side, and their weighted sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from workbench.context.retrieval.analysis import NAMES_A_PLACE, term_id
from workbench.context.retrieval.arrays import TurnArrays
from workbench.context.retrieval.bm25 import Floats, idf
from workbench.context.retrieval.fields import date_match, speaker_match, word_scores
from workbench.context.retrieval.postings import Found
from workbench.context.retrieval.question import Question, read_question
from workbench.context.retrieval.weights import WEIGHTS, Weights
from workbench.errors import UsageError

SCALED = ("words", "near", "around", "session", "vector")
"""Parts without a scale of their own: the best turn of a search has 1."""

EVIDENCE = ("around", "session", "date", "vector")
"""A turn with none of these has nothing to do with the question, however long it is and whoever said it."""

Parts = dict[str, Floats]


@dataclass(frozen=True, slots=True)
class Hit:
    """A turn that a search found.

    Parameters
    ----------
    turn_id : str
    sequence : int
        Place within its conversation.
    score : float
        Sum of `parts`; to be compared within one search only.
    parts : mapping of str to float
        What each sign of relevance contributed, its weight included; those that gave nothing are left out.
    conversation_id : str
    """

    turn_id: str
    sequence: int
    score: float
    parts: Mapping[str, float]
    conversation_id: str = ""


def _asked_on(indexes: Sequence[TurnArrays], asked_at: datetime | None) -> tuple[date | None, tuple[int, ...]]:
    days = [day for index in indexes if len(index) for day in (int(index.days[0]), int(index.days[-1])) if day]
    if not days:
        return (asked_at.astimezone(UTC).date() if asked_at else None), ()
    first, last = date.fromordinal(min(days)), date.fromordinal(max(days))
    return (asked_at.astimezone(UTC).date() if asked_at else last), tuple(range(first.year, last.year + 1))


def _parts(
    index: TurnArrays, question: Question, found: Sequence[tuple[float, Found]], who: NDArray[np.float64]
) -> Parts:
    words, near, around, session = word_scores(index, found)
    layout = index.layout()
    parts = {"words": words, "near": near, "around": around, "session": session, "speaker": who}
    parts |= {"length": layout.length, "asks": layout.asks.astype(np.float64)}
    if question.asks_when:
        parts["when"] = np.zeros(len(index))
        parts["when"][index.spans[0]] = 1.0
    if question.asks_where:
        parts["where"] = ((index.flags & NAMES_A_PLACE) > 0).astype(np.float64)
    if question.spans:
        parts["date"] = date_match(index, question.spans)
    return parts


def parts_of(
    indexes: Sequence[TurnArrays],
    query: str,
    *,
    asked_at: datetime | None = None,
    asker: str | None = None,
    speakers: Sequence[str] = (),
    vectors: Sequence[Floats] | None = None,
) -> list[Parts]:
    """Parts of relevance of every turn of some indexes, before their weights; see `search`."""
    asked_on, years = _asked_on(indexes, asked_at)
    question = read_question(query, asked_on=asked_on, years=years)
    terms = [term for term in question.terms if all(index.named(term) is None for index in indexes)]
    ids = [term_id(term) for term in terms]
    found = [[index.postings.find(one) for one in ids] for index in indexes]
    size = sum(map(len, indexes))
    idfs = [idf(size, sum(len(rows[0]) for rows in one)) for one in zip(*found, strict=True)]
    made = [
        _parts(
            index,
            question,
            list(zip(idfs, one, strict=True)),
            speaker_match(index, question, asker=asker, speakers=speakers),
        )
        for index, one in zip(indexes, found, strict=True)
    ]
    for place, parts in enumerate(made):
        if vectors is not None:
            parts["vector"] = np.maximum(vectors[place], 0.0)
    for name in SCALED:
        best = max((float(parts[name].max()) for parts in made if name in parts and len(parts[name])), default=0.0)
        if best > 0:
            for parts in made:
                parts[name] = parts[name] / best
    return made


def search(
    indexes: Sequence[TurnArrays],
    query: str,
    *,
    k: int,
    asked_at: datetime | None = None,
    asker: str | None = None,
    speakers: Sequence[str] = (),
    weights: Weights = WEIGHTS,
    vectors: Sequence[Floats] | None = None,
) -> list[Hit]:
    """The best turns for a question, best first; of equals the one that was said first.

    Parameters
    ----------
    indexes : sequence of TurnArrays
        Of one user; their words are weighed together, so that scores can be compared.
    query : str
        Any text; it has no syntax.
    k : int
        Most hits, at least 1.
    asked_at : datetime, optional
        What "last week" is counted from; by default the day of the newest turn.
    asker : str, optional
        The speaker who asks: "I" in the question is this one, "you" is everybody else.
    speakers : sequence of str
        Speakers whose turns are wanted rather, when the question names none.
    weights : Weights
    vectors : sequence of array, optional
        For each index the cosine of the question's vector with each of its turns.

    Raises
    ------
    UsageError
        When `k` is below 1.
    """
    if k < 1:
        raise UsageError(f"k is {k}: at least one turn must be asked for")
    full = [index for index in indexes if len(index)]
    if not full:
        return []
    if vectors is not None:
        vectors = [one for index, one in zip(indexes, vectors, strict=True) if len(index)]
    made = parts_of(full, query, asked_at=asked_at, asker=asker, speakers=speakers, vectors=vectors)
    factors = weights.by_name()
    scores = []
    for parts in made:
        total = np.zeros(len(parts["words"]))
        evident = np.zeros(len(total), bool)
        for name, values in parts.items():
            total += factors[name] * values
            if name in EVIDENCE:
                evident |= values > 0
        scores.append(np.where(evident, total, -np.inf))
    joined = np.concatenate(scores)
    starts = np.cumsum([0, *map(len, full)])
    hits = []
    for place in _best(joined, k):
        at = int(np.searchsorted(starts, place, side="right")) - 1
        index, row = full[at], int(place - starts[at])
        told = {name: factors[name] * float(values[row]) for name, values in made[at].items() if values[row]}
        hits.append(
            Hit(index.turn_ids[row], int(index.sequences[row]), float(joined[place]), told, index.conversation_id)
        )
    return hits


def _best(scores: Floats, k: int) -> list[int]:
    """Places of the k highest scores above minus infinity, highest first, then lowest place."""
    places = np.flatnonzero(scores > -np.inf)
    if k < len(places):
        found = scores[places]
        bound = np.partition(found, len(found) - k)[len(found) - k]
        level = np.flatnonzero(found == bound)[: k - int(np.count_nonzero(found > bound))]
        places = places[np.sort(np.concatenate((np.flatnonzero(found > bound), level)))]
    order: list[int] = places[np.argsort(-scores[places], kind="stable")].tolist()
    return order
