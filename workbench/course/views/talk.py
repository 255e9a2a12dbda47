"""A long talk with labelled questions: what windows of several sizes hold of the evidence, what compression keeps.

The project's technical conversations, told one after the other by one user; see `workbench.providers.question_labels`.
Nothing is read from a store: the talk is indexed, shortened and put into windows by the engine's own functions.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import Any

import polars as pl

from workbench.catalogue.tokenizers import tokenizer_of
from workbench.catalogue.tokens import count_tokens
from workbench.context.assembly import assemble
from workbench.context.compression import KINDS, STRATEGIES, Quality, Strategy, compress, quality_of
from workbench.context.compression.extractive import said_in, turn_messages
from workbench.context.layout import Block
from workbench.context.requests import read_messages
from workbench.context.retrieval import Hit, Index
from workbench.context.sources import Ask
from workbench.context.turns import Turn
from workbench.context.window import fit_request, newest_that_fit, turn_cost
from workbench.pipelines.replayed_past import ReplayedPast
from workbench.providers.question_labels import technical_questions
from workbench.providers.recordings import recordings

BUDGETS = (150, 300, 600, 1_200, 2_400, 4_800, 9_600)
"""Tokens of the windows that are compared; the talk has some 11,000."""

RATIOS = (0.05, 0.1, 0.2, 0.3, 0.5)
"""Shares of the talk's tokens that it is shortened to."""

ENGINE, WITHOUT_QUESTION, NEWEST = "engine", "engine, nothing searched for", "newest turns only"
LEAD_AND_TAIL = "lead and tail"

_RECALL = {
    "window": pl.String,
    "budget_tokens": pl.Int64,
    "questions": pl.Int64,
    "kept": pl.Int64,
    "recall": pl.Float64,
}
_QUALITY = {"method": pl.String, "ratio": pl.Float64, "score": pl.Float64} | {str(kind): pl.Float64 for kind in KINDS}


class IndexedPast(ReplayedPast):
    """Turns in memory with the engine's index over them; see `workbench.context.sources.Past`.

    Parameters
    ----------
    turns : sequence of Turn
    search : bool
        Whether questions are searched for.
    blocks : dict, optional
        Shortened pasts that were made before, to be shared by pasts of one conversation.
    """

    def __init__(
        self, turns: Sequence[Turn], *, search: bool = True, blocks: dict[tuple[int, int], Block] | None = None
    ) -> None:
        super().__init__(turns, complete=True)
        self._index = Index()
        self._search = search
        self._blocks = {} if blocks is None else blocks
        if search:
            self._index.extend(turns)

    def find(self, query: str, k: int) -> Sequence[Hit]:  # type: ignore[override]
        """The best turns for a question, best first."""
        return self._index.search(query, k=k) if self._search and query.strip() else []

    def shortened(self, before_sequence: int, *, budget_tokens: int, ask: Ask) -> Block:
        """What was said before a place, shortened; made once."""
        key = (before_sequence, budget_tokens)
        if key not in self._blocks:
            self._blocks[key] = super().shortened(before_sequence, budget_tokens=budget_tokens, ask=ask)
        return self._blocks[key]


def asked(question: str, *, model: str, budget_tokens: int, strategy: Strategy) -> Ask:
    """What a window is built for when this question is all that the client sends."""
    request = fit_request(read_messages([{"role": "user", "content": question}], model), budget_tokens=budget_tokens)
    return Ask(request, budget_tokens, tokenizer_of(model), question, strategy)


@lru_cache(maxsize=1)
def technical_talk() -> tuple[Turn, ...]:
    """The technical conversations as sessions of one conversation."""
    turns: list[Turn] = []
    for one in recordings("technical"):
        for number, said in enumerate(one.turns):
            speaker = one.user_id if said.role == "user" else ""
            turn_id = f"{one.conversation_id}:{number}"
            tokens = count_tokens(said.text)
            turns.append(
                Turn(len(turns) + 1, said.role, said.text, tokens, said.at, turn_id, speaker, one.conversation_id)
            )
    return tuple(turns)


def lead_and_tail(turns: Sequence[Turn], budget_tokens: int) -> list[Turn]:
    """What is usually done: the first turns and the last ones, half of the budget each."""
    lead: list[Turn] = []
    used = 0
    for turn in turns:
        used += turn_cost(turn)
        if used > budget_tokens // 2:
            break
        lead.append(turn)
    room = budget_tokens - sum(map(turn_cost, lead))
    return [*lead, *newest_that_fit(turns[len(lead) :], budget_tokens=room)]


def _row(method: str, ratio: float, quality: Quality) -> dict[str, Any]:
    shares = {str(kind): getattr(quality, kind) for kind in KINDS}
    return {"method": method, "ratio": ratio, "score": quality.score, **shares}


class TalkView:
    """The labelled talk.

    Parameters
    ----------
    model : str
        Whose tokens are counted.
    strategy : str
        How a window's past is shortened.
    search : bool
        Whether the engine searches for what a question needs.
    off : str
        Why nothing is shown; empty otherwise.
    """

    def __init__(self, *, model: str, strategy: Strategy, search: bool = True, off: str = "") -> None:
        self.model = model
        self.strategy = strategy
        self.search = search
        self.off = off

    @cached_property
    def tokens(self) -> int:
        """Tokens of the whole talk, each turn's overhead included."""
        return sum(map(turn_cost, technical_talk()))

    def recall(self, budgets: Iterable[int] = BUDGETS) -> pl.DataFrame:
        """For how many of the labelled questions a window holds all the evidence, as whole turns.

        Returns
        -------
        polars.DataFrame
            One row per kind of window and budget: window (String), budget_tokens, questions, kept (Int64), recall
            (Float64, 0 to 1).
        """
        if self.off:
            return pl.DataFrame(schema=_RECALL)
        turns = technical_talk()
        places = {turn.turn_id: turn.sequence for turn in turns}
        questions = [
            (one.question, {places[f"{place.conversation_id}:{place.turn}"] for place in one.evidence})
            for one in technical_questions()
        ]
        engine, blind = IndexedPast(turns, search=self.search), IndexedPast(turns, search=False)
        rows: list[dict[str, Any]] = []
        for budget in budgets:
            kept = dict.fromkeys((ENGINE, WITHOUT_QUESTION, NEWEST), 0)
            for question, evidence in questions:
                ask = asked(question, model=self.model, budget_tokens=budget, strategy=self.strategy)
                for name, past in ((ENGINE, engine), (WITHOUT_QUESTION, blind)):
                    cited = assemble(past, ask, chunks=()).citations()
                    kept[name] += evidence <= {one.sequence for one in cited if one.whole}
                newest = newest_that_fit(turns, budget_tokens=budget - ask.request.token_count, tokenizer=ask.tokenizer)
                kept[NEWEST] += evidence <= {turn.sequence for turn in newest}
            rows += [
                {"window": name, "budget_tokens": budget, "questions": len(questions), "kept": count}
                for name, count in kept.items()
            ]
        return pl.DataFrame(rows, schema=dict(list(_RECALL.items())[:4])).with_columns(
            recall=pl.col("kept") / pl.col("questions")
        )

    def quality(self, ratios: Iterable[float] = RATIOS) -> pl.DataFrame:
        """What each strategy keeps of the talk beside lead and tail, at equal budgets.

        Returns
        -------
        polars.DataFrame
            One row per method and ratio: method (String), ratio (Float64, tokens by original tokens), score (Float64,
            the mean of the shares), and the shares kept of entities, numbers, dates, negations, code (Float64).
        """
        if self.off:
            return pl.DataFrame(schema=_QUALITY)
        turns = list(technical_talk())
        total = turn_messages(turns, count_tokens)[1]
        said = said_in(turns)
        rows: list[dict[str, Any]] = []
        for ratio in ratios:
            for strategy in STRATEGIES:
                found = compress(turns, budget_tokens=int(total * ratio), strategy=strategy)
                rows.append(_row(strategy, found.ratio, found.quality))
            plain = lead_and_tail(turns, int(total * ratio))
            quality = quality_of(said, "\n".join(turn.text for turn in plain))
            used = turn_messages(plain, count_tokens)[1] / total
            rows.append(_row(LEAD_AND_TAIL, used, quality))
        return pl.DataFrame(rows, schema=_QUALITY)
