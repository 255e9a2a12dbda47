"""Evidence recall of retrieval on LoCoMo, by conversation-wise cross-validation, and how long a search takes.

Recall is the share of a question's evidence turns among the first k, averaged over the questions of categories 1 to 4.
Weights are fitted on four conversations and measured on the fifth, in turn. Anchors in the same run: BM25 over turns
with stemming, the speaker's name before the text; and the mixture of BM25 on the turn, on the turn with its neighbours,
MiniLM and the speaker named in the question, fitted in the same way. Time: questions of LoCoMo and of nobody in
particular over LoCoMo's turns and over chained conversations of chitchat-dataset.
"""

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.figures import Figure
from benchmarks.locomo import CATEGORIES, Said, Talk, locomo
from benchmarks.retrieval_fit import KS, Floats, Fold, Quality, fit, quality
from workbench.context.retrieval.bm25 import rank
from workbench.context.retrieval.index import Index
from workbench.context.retrieval.search import parts_of
from workbench.context.retrieval.vectors import embedder, vectors_installed
from workbench.context.retrieval.weights import WEIGHTS
from workbench.context.turns import Turn
from workbench.settings import Settings
from workbench.sources.chitchat import conversations, packaged_file

JUDGED = (1, 2, 3, 4)
"""Category 5 asks for what was never said."""

PLAIN = tuple(name for name in WEIGHTS.by_name() if name != "vector")
MIXTURE = ("words", "near", "speaker", "vector")
SIZES = ((700, 2.0), (10_000, None), (100_000, 20.0))
"""Turns, and the milliseconds that a search over them may take."""

START = datetime(2024, 1, 1, tzinfo=UTC)
Parts = Callable[[Talk], Fold]


def said(talk: Talk, *, captions: bool) -> list[str]:
    return [one.text + (f" {one.caption}" if captions and one.caption else "") for one in talk.turns]


def turn_of(place: int, one: Said, text: str) -> Turn:
    return Turn(place, "user", text, 0, one.at, one.turn_id, one.speaker, str(one.session))


def index_of(talk: Talk, *, captions: bool) -> Index:
    index = Index(talk.name)
    texts = said(talk, captions=captions)
    index.extend(turn_of(place, one, text) for place, (one, text) in enumerate(zip(talk.turns, texts, strict=True), 1))
    return index


def fold_of(talk: Talk, parts: Iterable[Sequence[Floats]]) -> Fold:
    rows = {one.turn_id: row for row, one in enumerate(talk.turns)}
    asked = [one for one in talk.questions if one.category in JUDGED]
    evidence = [(number, rows[one], len(q.evidence)) for number, q in enumerate(asked) for one in sorted(q.evidence)]
    return Fold(
        np.stack([np.stack(list(one), axis=-1).astype(np.float32) for one in parts]),
        np.array([one[0] for one in evidence]),
        np.array([one[1] for one in evidence]),
        np.array([1 / one[2] for one in evidence]),
        np.array([one.category for one in asked]),
    )


def questions(talk: Talk) -> list[str]:
    return [one.text for one in talk.questions if one.category in JUDGED]


def bm25_fold(talk: Talk) -> Fold:
    """BM25 over turns, the speaker's name before the text."""
    texts = [f"{one.speaker}: {text}" for one, text in zip(talk.turns, said(talk, captions=False), strict=True)]
    return fold_of(talk, ((rank(texts, query),) for query in questions(talk)))


def mixture_fold(talk: Talk, names: Sequence[str], *, captions: bool, vectors: bool) -> Fold:
    index = index_of(talk, captions=captions)
    nothing = np.zeros(len(index))
    near: list[list[Floats] | None] = [None] * len(questions(talk))
    if vectors:
        turns = embedder().embed(said(talk, captions=captions)).astype(np.float64)
        near = [[turns @ one.astype(np.float64)] for one in embedder().embed(questions(talk))]
    made = (parts_of([index], query, vectors=at)[0] for query, at in zip(questions(talk), near, strict=True))
    return fold_of(talk, ([one.get(name, nothing) for name in names] for one in made))


def only(fold: Fold, names: Sequence[str], of: Sequence[str]) -> Fold:
    return replace(fold, parts=fold.parts[:, :, [list(of).index(name) for name in names]])


def cross_validated(folds: Sequence[Fold]) -> Quality:
    """Each conversation ranked with weights that were fitted on the others."""
    start = np.zeros(folds[0].parts.shape[2])
    start[0] = 1.0
    ranks = [one.ranks(fit([other for other in folds if other is not one], start)) for one in folds]
    return quality(folds, ranks)


def shown(name: str, found: Quality) -> str:
    total = "  ".join(f"@{k} {found.recall[k]:.3f}" for k in KS)
    lines = [f"  {name:34s} {total}  MRR {found.mrr:.3f}"]
    for kind, at in found.by_category.items():
        told = "  ".join(f"@{k} {at[k]:.3f}" for k in KS)
        lines.append(f"      {CATEGORIES[kind]:30s} {told}  MRR {found.mrr_by_category[kind]:.3f}")
    return "\n".join(lines)


def chained(count: int) -> list[Turn]:
    """The first so many messages of chitchat-dataset, a day and a session for each conversation."""
    turns: list[Turn] = []
    with packaged_file().open("rb") as stream:
        for day, (name, conversation) in enumerate(conversations(stream)):
            if isinstance(conversation, str):
                continue
            for message in (one for block in conversation.messages for one in block):
                at = START + timedelta(days=day % 700, seconds=len(turns))
                turns.append(Turn(len(turns) + 1, "user", message.text, 0, at, f"{len(turns)}", message.sender, name))
                if len(turns) == count:
                    return turns
    raise AssertionError(f"chitchat-dataset has fewer than {count} messages")


def times(index: Index, asked: Sequence[str]) -> list[float]:
    """Milliseconds of each search, the first one left out: it lays the index out."""
    found = []
    for query in (asked[0], *asked):
        started = time.perf_counter()
        index.search(query, k=10)
        found.append(1_000 * (time.perf_counter() - started))
    return found[1:]


def time_figures(talks: Sequence[Talk], *, large: bool) -> list[Figure]:
    asked = [one for talk in talks for one in questions(talk)][:: 1 if large else 5]
    figures = []
    for size, reach in SIZES:
        turns = chained(size)
        index, started = Index(), time.perf_counter()
        index.extend(turns)
        added = (time.perf_counter() - started) / size
        spent = times(index, asked)
        note = f"p95 {statistics.quantiles(spent, n=20)[-1]:.2f} ms; {len(asked)} questions; adding a turn "
        note += f"{1e6 * added:.0f} µs; {index.nbytes / size:.0f} bytes a turn"
        figures.append(
            Figure(
                f"search over {size:,} turns, median", statistics.median(spent), "ms", reach=reach,
                lower_is_better=True, note=note,
            )
        )  # fmt: skip
    return figures


def run(settings: Settings, *, large: bool) -> list[Figure]:
    talks = locomo(settings.shared_data)
    bm25 = quality(folds := [bm25_fold(one) for one in talks], [one.ranks(np.ones(1)) for one in folds])
    print(shown("BM25 over turns", bm25))
    figures = []
    anchor, anchor_name = bm25, "BM25 over turns"
    plain = [mixture_fold(one, PLAIN, captions=True, vectors=False) for one in talks]
    tried: list[tuple[str, Quality]] = [("words alone", cross_validated(plain))]
    uncaptioned = [mixture_fold(one, PLAIN, captions=False, vectors=False) for one in talks]
    tried.append(("words alone, without captions", cross_validated(uncaptioned)))
    shipped = np.array([WEIGHTS.by_name()[name] for name in PLAIN])
    tried.append(("shipped weights (fitted on all five)", quality(plain, [one.ranks(shipped) for one in plain])))
    if vectors_installed():
        names = (*PLAIN, "vector")
        full = [mixture_fold(one, names, captions=True, vectors=True) for one in talks]
        anchor = cross_validated([only(one, MIXTURE, names) for one in full])
        anchor_name = "mixture of four with MiniLM"
        print(shown(anchor_name, anchor))
        tried.append(("words and vectors", cross_validated(full)))
    for name, found in tried:
        print(shown(name, found))
        held = "weights of other conversations" if "shipped" not in name else "not held out"
        figures.append(
            Figure(
                f"evidence recall@10, {name}", found.recall[10], "", anchor_name, anchor.recall[10],
                note=f"{held}; BM25 {bm25.recall[10]:.3f}; {found.questions} questions",
            )
        )  # fmt: skip
    figures.append(Figure("evidence recall@10, words alone, to reach", tried[0][1].recall[10], "", reach=0.76))
    if large:
        for name in PLAIN[1:]:
            kept = [one for one in PLAIN if one != name]
            less = cross_validated([only(one, kept, PLAIN) for one in plain])
            print(f"  without {name:10s} @5 {less.recall[5]:.3f}  @10 {less.recall[10]:.3f}")
    return figures + time_figures(talks, large=large)
