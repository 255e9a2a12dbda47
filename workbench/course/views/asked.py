"""One conversation and one question: what the window holds, why, and what it would hold without the engine."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import polars as pl

from workbench.course.views.switch import off_reason
from workbench.settings import Settings

if TYPE_CHECKING:
    from workbench.context.turns import Turn
    from workbench.pipelines.window import Window

LEFT_OUT = "left out"
_GROWTH = {"sequence": pl.Int64, "segment": pl.Int64, "said_tokens": pl.Int64, "closed_by": pl.String}
_TURNS = {"sequence": pl.Int64, "segment": pl.Int64, "role": pl.String, "tokens": pl.Int64, "part": pl.String}


class _NoSearch:
    """Finds nothing: a window then goes by time and priority alone."""

    def search(self, tenant_id: str, **_: Any) -> list[Any]:
        return []


@dataclass(frozen=True)
class AskedView:
    """A question to one stored conversation.

    Parameters
    ----------
    settings : Settings
    conversation : str
        Its id; empty when there is none, and then every frame is empty.
    question : str
    model : str
        Whose tokens are counted and whose format the window has.
    budget_tokens : int
        Of the whole window.
    search : bool
        Whether older turns are searched for the question.
    """

    settings: Settings
    conversation: str
    question: str
    model: str
    budget_tokens: int
    search: bool = True

    @property
    def off(self) -> str:
        """Why there is nothing, when infinite context is switched off; else empty."""
        return off_reason(self.settings, "infinite_context")

    @property
    def _nothing(self) -> bool:
        return bool(self.off or not self.conversation)

    @cached_property
    def turns(self) -> "list[Turn]":
        """The conversation, as it reads now."""
        if self._nothing:
            return []
        from workbench.context.turns import Turn
        from workbench.database.frames import conversation_turns

        tenant = self.settings.api.tenant
        found = conversation_turns(self.settings, conversation_id=self.conversation, tenant_id=tenant)
        columns = found.select("sequence", "role", "text", "tokens", "occurred_at", "event_id")
        return [Turn(number, role, text or "", *rest) for number, role, text, *rest in columns.iter_rows()]

    @cached_property
    def segments(self) -> pl.DataFrame:
        """Its segments, highest priority first; as `workbench.database.frames.segments`."""
        from workbench.database.frames import segments

        tenant = self.settings.api.tenant
        return segments(self.settings, conversation_id=self.conversation, tenant_id=tenant)

    def growth(self) -> pl.DataFrame:
        """Tokens said up to each turn, as a window counts them, and the segment it is in.

        Returns
        -------
        polars.DataFrame
            sequence, segment, said_tokens (Int64), closed_by (String, of the segment).
        """
        if not self.turns:
            return pl.DataFrame(schema=_GROWTH)
        from workbench.context.window import turn_cost

        spans = self.segments.sort("first_sequence").select("first_sequence", "segment", "closed_by")
        rows = pl.DataFrame(
            {"sequence": [one.sequence for one in self.turns], "cost": list(map(turn_cost, self.turns))}
        )
        placed = rows.join_asof(spans, left_on="sequence", right_on="first_sequence")
        return placed.with_columns(said_tokens=pl.col("cost").cum_sum()).select(
            *(pl.col(name).cast(kind) for name, kind in _GROWTH.items())
        )

    @cached_property
    def window(self) -> "Window | None":
        """What is sent for the question; None when there is no conversation."""
        if self._nothing:
            return None
        from workbench.pipelines.window import WindowSource, build_window

        source = WindowSource(self.settings, size=1, search=None if self.search else _NoSearch())
        try:
            return build_window(
                source,
                tenant_id=self.settings.api.tenant,
                conversation_id=self.conversation,
                messages=[{"role": "user", "content": self.question}],
                model=self.model,
                budget_tokens=self.budget_tokens,
            )
        finally:
            source.close()

    @cached_property
    def parts(self) -> dict[int, str]:
        """Number of a turn in the window -> as what it is there; one that is there twice counts as it is whole."""
        found = sorted(self.window.citations, key=lambda one: one.whole) if self.window else []
        return {one.sequence: one.kind for one in found if one.sequence}

    @property
    def window_tokens(self) -> int:
        """Tokens of the window's texts, counted anew, with each message's overhead."""
        from workbench.catalogue.tokenizers import tokenizer_of
        from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens

        texts = [str(one.get("content") or "") for one in self.window.messages] if self.window else []
        return sum(count_tokens(text, tokenizer_of(self.model)) + MESSAGE_OVERHEAD_TOKENS for text in texts)

    def split(self) -> pl.DataFrame:
        """Where the window's tokens go: part (String), tokens, turns (Int64), share (Float64 of the budget)."""
        split = self.window.split if self.window else {}
        kinds = list(self.parts.values())
        rows = [
            (part, tokens, kinds.count(part), round(tokens / self.budget_tokens, 3)) for part, tokens in split.items()
        ]
        schema = {"part": pl.String, "tokens": pl.Int64, "turns": pl.Int64, "share": pl.Float64}
        return pl.DataFrame(rows, schema=schema, orient="row")

    def composition(self) -> pl.DataFrame:
        """Every turn, and as what the window holds it: sequence, segment, tokens (Int64), role, part (String)."""
        if not self.turns:
            return pl.DataFrame(schema=_TURNS)
        segment = self.growth()["segment"]
        rows = [(one.sequence, one.role, one.tokens, self.parts.get(one.sequence, LEFT_OUT)) for one in self.turns]
        found = pl.DataFrame(rows, schema=["sequence", "role", "tokens", "part"], orient="row")
        return found.with_columns(segment=segment).select(*(pl.col(name).cast(kind) for name, kind in _TURNS.items()))

    @cached_property
    def newest(self) -> set[int]:
        """Numbers of the turns that a window of the newest ones alone would hold."""
        if not self.turns:
            return set()
        from workbench.context.window import newest_that_fit
        from workbench.course.views.talk import asked

        ask = asked(self.question, model=self.model, budget_tokens=self.budget_tokens, strategy="hybrid")
        room = self.budget_tokens - ask.request.token_count
        return {one.sequence for one in newest_that_fit(self.turns, budget_tokens=room, tokenizer=ask.tokenizer)}
