"""Infinite context: conversations, their segments, and what a model's window takes of them."""

from dataclasses import dataclass

import polars as pl

from workbench.context.layout import Kind
from workbench.course.views.switch import off_reason
from workbench.settings import Settings

_CONVERSATIONS = {
    "conversation_id": pl.String, "message_count": pl.Int64, "token_count": pl.Int64, "segment_count": pl.Int64,
}  # fmt: skip
_SEGMENTS = {
    "segment": pl.Int64, "tokens": pl.Int64, "messages": pl.Int64, "reason": pl.String, "priority": pl.Float64,
    "first_sequence": pl.Int64, "last_sequence": pl.Int64,
}  # fmt: skip
_WINDOW = {"sequence": pl.Int64, "segment": pl.Int64, "role": pl.String, "tokens": pl.Int64, "part": pl.String}

QUESTION = "What did we decide so far?"
"""The request that a notebook's window is built for; its own tokens count too."""

LEAST_WINDOW = 64
"""Tokens: less than this does not hold the question itself with a turn."""

_LISTED = 1_000
_PARTS: dict[str, Kind] = {"system": "pinned", "recent": "recent", "retrieved": "evidence", "summary": "past"}
"""Part of the picture -> part of the window. A turn that is in several parts counts for the first."""


@dataclass(frozen=True, slots=True)
class ContextView:
    """The context store of one tenant.

    Parameters
    ----------
    settings : Settings
    """

    settings: Settings

    @property
    def off(self) -> str:
        """Why there is nothing, when infinite context is switched off; else empty."""
        return off_reason(self.settings, "infinite_context")

    def longest(self, *, limit: int = 20) -> pl.DataFrame:
        """Conversations with the most tokens, the longest first.

        Returns
        -------
        polars.DataFrame
            conversation_id (String), message_count, token_count (estimated), segment_count (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_CONVERSATIONS)
        from workbench.database.frames import longest_conversations

        found = longest_conversations(self.settings, tenant_id=self.settings.api.tenant, limit=limit)
        return found.filter(pl.col("message_count") > 0).select(*_CONVERSATIONS)

    def choose(self, conversation: str) -> str:
        """The given conversation's id, or the longest one's; empty when there is none."""
        longest = self.longest(limit=1)["conversation_id"]
        return conversation or (str(longest[0]) if len(longest) else "")

    def message_count(self, conversation: str) -> int:
        """Messages of a conversation as the store counts them; 0 for one that is not among the longest."""
        found = self.longest(limit=_LISTED).filter(pl.col("conversation_id") == conversation)["message_count"]
        return int(found[0]) if len(found) else 0

    def segments(self, conversation: str) -> pl.DataFrame:
        """A conversation's segments in order.

        Returns
        -------
        polars.DataFrame
            segment (from 1), tokens, messages (Int64), reason (why it was closed: budget, gap, completed; open
            while it is the last), priority (Float64), first_sequence, last_sequence (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_SEGMENTS)
        from workbench.database.frames import segments

        found = segments(self.settings, conversation_id=conversation, tenant_id=self.settings.api.tenant)
        named = found.with_columns(
            tokens="token_count", messages="turn_count", reason=pl.col("closed_by").fill_null("open")
        )
        return named.select(*_SEGMENTS).sort("segment")

    def window(self, conversation: str, *, model: str, window_tokens: int) -> pl.DataFrame:
        """Every message of a conversation, and whether a window of so many tokens holds it, and why.

        Parameters
        ----------
        conversation : str
        model : str
            For the token estimate.
        window_tokens : int
            Tokens of the whole input.

        Returns
        -------
        polars.DataFrame
            sequence, segment (Int64), role (String), tokens (Int64, what it costs in the window: of a shortened
            turn its share of the block that holds it; what it would cost when it is left out), part (String:
            system, recent, retrieved, summary, left out).
        """
        if self.off or not conversation:
            return pl.DataFrame(schema=_WINDOW)
        from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS
        from workbench.database.frames import conversation_turns
        from workbench.pipelines.window import build_window

        tenant = self.settings.api.tenant
        request = [{"role": "user", "content": QUESTION}]
        window = build_window(
            self.settings,
            tenant_id=tenant,
            conversation_id=conversation,
            messages=request,
            model=model,
            budget_tokens=window_tokens,
        )
        turns = conversation_turns(self.settings, conversation_id=conversation, tenant_id=tenant)
        cost = pl.col("tokens") + MESSAGE_OVERHEAD_TOKENS
        part, tokens = pl.lit("left out"), cost
        for name, kind in reversed(_PARTS.items()):
            cited = [one.sequence for one in window.citations if one.kind == kind]
            here = pl.col("sequence").is_in(cited)
            part = pl.when(here).then(pl.lit(name)).otherwise(part)
            if kind in ("evidence", "past"):  # one message for many turns
                whole = int(turns.filter(here).select(cost.sum()).item() or 0)
                tokens = pl.when(here).then(cost * window.split[kind] // max(1, whole)).otherwise(tokens)
            else:
                tokens = pl.when(here).then(cost).otherwise(tokens)
        return turns.with_columns(part=part, tokens=tokens).select(*_WINDOW)

    def shares(self, window: pl.DataFrame) -> pl.DataFrame:
        """Messages and tokens of a window by part: part (String), messages, tokens (Int64)."""
        return window.group_by("part").agg(messages=pl.len().cast(pl.Int64), tokens=pl.col("tokens").sum()).sort("part")

    def budget(self, conversation: str, *, model: str, window_tokens: int = 0) -> int:
        """Tokens for a window's whole input.

        Parameters
        ----------
        conversation : str
        model : str
        window_tokens : int
            When it is given, it is the answer; 0 for three quarters of the conversation, so that something is
            left out, but no more than the model takes.
        """
        if window_tokens or self.off or not conversation:
            return window_tokens
        from workbench.catalogue.models import default_budget

        found = self.longest(limit=_LISTED).filter(pl.col("conversation_id") == conversation)["token_count"]
        quarters = int(found[0] * 3 / 4) if len(found) else LEAST_WINDOW
        return max(LEAST_WINDOW, min(quarters, default_budget(model)))
