"""Why a window holds what it holds: priorities and scores by part, eviction policies, stable beginnings."""

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.course.views.asked import LEFT_OUT, AskedView
from workbench.reports.asking import Asked
from workbench.reports.text import label

if TYPE_CHECKING:
    from workbench.context.layout import Block

MOST_WINDOWS = 24
"""Windows that are built to see how much of one begins the next; each takes some ten milliseconds."""

BEST = 12
"""Turns whose score is taken apart."""

ENGINE, NEWEST = "with the engine", "newest turns only"

_PARTS = {
    "segment": pl.Int64, "rank": pl.Int64, "priority": pl.Float64, "part": pl.String, "points": pl.Float64
}  # fmt: skip
_FOUND = {
    "rank": pl.Int64, "sequence": pl.Int64, "role": pl.String, "text": pl.String, "engine": pl.String,
    "newest_only": pl.Boolean, "score": pl.Float64, "part": pl.String, "points": pl.Float64,
}  # fmt: skip
_KEPT = {"policy": pl.String, "segment": pl.Int64, "tokens": pl.Int64, "kept": pl.Boolean, "reason": pl.String}
_PREFIX = {"sequence": pl.Int64, "window": pl.String, "ratio": pl.Float64}


class WindowView(AskedView):
    """An `AskedView` that also says why."""

    def priorities(self) -> pl.DataFrame:
        """What each stored priority is made of; the logarithm of the importance is shared out by its shares.

        Returns
        -------
        polars.DataFrame
            One row per segment and part: segment, rank (Int64), priority (Float64), part (String), points (Float64; of
            one segment they add up to the priority).
        """
        if self._nothing:
            return pl.DataFrame(schema=_PARTS)
        from workbench.context.scoring import SHARES

        rows: list[tuple[Any, ...]] = []
        for one in self.segments.iter_rows(named=True):
            shares = {name.removesuffix("_ratio"): one[name] for name in ("asked_ratio", *SHARES)}
            points = math.log2(one["importance"]) / (sum(shares.values()) or 1.0)
            parts = {name: share * points for name, share in shares.items()}
            parts |= {"recency": one["recency"], "feedback": one["feedback"]}
            head = (one["segment"], one["rank"], one["priority"])
            rows += [(*head, part, value) for part, value in parts.items()]
        return pl.DataFrame(rows, schema=_PARTS, orient="row").sort("segment", "part")

    def unexplained(self) -> pl.DataFrame:
        """Segments whose priority is not what its parts add up to; none when all is well."""
        sums = self.priorities().group_by("segment", "priority").agg(pl.col("points").sum())
        return sums.filter((pl.col("points") - pl.col("priority")).abs() > 1e-6)

    def found(self) -> pl.DataFrame:
        """The turns that answer best, what their score is made of, and which window has them.

        Returns
        -------
        polars.DataFrame
            One row per turn and part of its score: rank, sequence (Int64), role, text (String), engine (String: as what
            the engine's window has it, ``left out`` when it has not), newest_only (Boolean: whether the newest turns
            alone would have it), score (Float64), part (String), points (Float64).
        """
        if not self.turns:
            return pl.DataFrame(schema=_FOUND)
        from workbench.context.retrieval import Index

        index = Index()
        index.extend(self.turns)
        said = {one.sequence: one for one in self.turns}
        rows: list[tuple[Any, ...]] = []
        for rank, hit in enumerate(index.search(self.question, k=BEST), 1):
            turn = said[hit.sequence]
            engine, newest = self.parts.get(hit.sequence, LEFT_OUT), hit.sequence in self.newest
            head = (rank, hit.sequence, turn.role, turn.text, engine, newest, hit.score)
            rows += [(*head, part, points) for part, points in hit.parts.items()]
        return pl.DataFrame(rows, schema=_FOUND, orient="row")

    def side_by_side(self) -> pl.DataFrame:
        """The turns that answer best, as the two windows have them; one row per turn."""
        shown = self.found().unique("sequence", keep="first").sort("rank")
        return shown.select(
            pl.col("sequence").alias("turn"), "role", pl.col("text").str.replace_all(r"\s+", " ").str.slice(0, 140),
            pl.col("score").round(2), pl.col("engine").alias(ENGINE),
            pl.when("newest_only").then(pl.lit("recent")).otherwise(pl.lit(LEFT_OUT)).alias(NEWEST),
        )  # fmt: skip

    def draw(self, budget_tokens: int, model: str, question: str) -> Asked:
        """The window of another size, for another model or question: its picture, and the turns that answer best."""
        from workbench.reports.windows import composition

        other = replace(
            self, budget_tokens=budget_tokens, model=model, question=question or self.question, search=self.search
        )
        drawn = composition(other.composition(), window_tokens=budget_tokens, title=f"For: {label(other.question)}")
        return drawn, other.side_by_side()

    def evicted(self) -> pl.DataFrame:
        """Which segments each policy would let go, when only the window's tokens could be kept.

        Returns
        -------
        polars.DataFrame
            One row per policy and segment: policy (String), segment, tokens (Int64), kept (Boolean), reason (String, of
            those that go).
        """
        if self._nothing:
            return pl.DataFrame(schema=_KEPT)
        from workbench.context.eviction import EVICTION_POLICIES, Evictable, evict

        stored = [
            Evictable(
                number=one["segment"],
                token_count=one["token_count"],
                priority=one["priority"],
                last_at=one["last_at"],
                pinned=one["pinned"],
                heat=one["heat"],
                heat_at=one["heat_at"],
            )
            for one in self.segments.iter_rows(named=True)
        ]
        rows: list[tuple[Any, ...]] = []
        for policy in EVICTION_POLICIES:
            done = evict(stored, budget_tokens=self.store_tokens, policy=policy)
            rows += [
                (policy, one.number, one.token_count, one.number in done.kept, done.reasons.get(one.number, ""))
                for one in sorted(stored, key=lambda one: one.number)
            ]
        return pl.DataFrame(rows, schema=_KEPT, orient="row")

    @property
    def store_tokens(self) -> int:
        """The budget that the policies are compared at: half of what the conversation's segments hold."""
        return int(self.segments["token_count"].sum()) // 2 if not self._nothing else 0

    def prefixes(self) -> pl.DataFrame:
        """How much of each of the last windows began the next one, had the question been what the user said then.

        Returns
        -------
        polars.DataFrame
            One row per turn of the user and kind of window: sequence (Int64), window (String), ratio (Float64, of the
            tokens of the window before).
        """
        asking = [at for at, one in enumerate(self.turns) if at and one.role == "user"][-MOST_WINDOWS - 1 :]
        if len(asking) < 2:
            return pl.DataFrame(schema=_PREFIX)
        from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, estimate_tokens
        from workbench.context.assembly import assemble
        from workbench.context.formatting import openai_messages
        from workbench.context.prefixes import Prefixes
        from workbench.context.window import newest_that_fit
        from workbench.course.views.talk import IndexedPast, asked

        seen = Prefixes()
        blocks: dict[tuple[int, int], Block] = {}
        rows: list[tuple[int, str, float]] = []

        def _cost(message: Mapping[str, Any]) -> int:
            return estimate_tokens(str(message["content"]), self.model) + MESSAGE_OVERHEAD_TOKENS

        for at in asking:
            said, question = self.turns[:at], self.turns[at]
            ask = asked(question.text, model=self.model, budget_tokens=self.budget_tokens, strategy="hybrid")
            past = IndexedPast(said, search=self.search, blocks=blocks)
            room = self.budget_tokens - ask.request.token_count
            plain = openai_messages(newest_that_fit(said, budget_tokens=room, tokenizer=ask.tokenizer))
            windows = {ENGINE: assemble(past, ask, chunks=()).messages(ask.request), NEWEST: plain}
            for name, messages in windows.items():
                ratio = seen.ratio(("", "", name), messages, _cost)
                if ratio is not None:
                    rows.append((question.sequence, name, ratio))
        return pl.DataFrame(rows, schema=_PREFIX, orient="row")
