"""Infinite context: conversations, their segments, and what a model's window takes of them."""

from collections import Counter
from dataclasses import dataclass

import polars as pl

from workbench.context.compression.strategies import strategy_of
from workbench.course.views.reasons import WindowView
from workbench.course.views.switch import off_reason
from workbench.course.views.talk import TalkView
from workbench.settings import Settings

_CONVERSATIONS = {
    "conversation_id": pl.String, "message_count": pl.Int64, "token_count": pl.Int64, "segment_count": pl.Int64,
}  # fmt: skip
_SEGMENTS = {
    "segment": pl.Int64, "tokens": pl.Int64, "messages": pl.Int64, "reason": pl.String, "priority": pl.Float64,
    "first_sequence": pl.Int64, "last_sequence": pl.Int64,
}  # fmt: skip

QUESTION = "What did we decide so far?"
"""The request that a notebook's window is built for; its own tokens count too."""

LEAST_WINDOW = 200
"""Tokens: less than this does not hold the question itself with a few turns."""

WINDOWS = 6
"""Windows that a conversation is long, when no size is given: enough to see what is left out of one."""

_LISTED = 1_000


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
            segment (from 1), tokens, messages (Int64), reason (why it was closed: budget, gap, session, topic,
            completed; open while it is the last), priority (Float64), first_sequence, last_sequence (Int64).
        """
        if self.off:
            return pl.DataFrame(schema=_SEGMENTS)
        from workbench.database.frames import segments

        found = segments(self.settings, conversation_id=conversation, tenant_id=self.settings.api.tenant)
        named = found.with_columns(
            tokens="token_count", messages="turn_count", reason=pl.col("closed_by").fill_null("open")
        )
        return named.select(*_SEGMENTS).sort("segment")

    def question(self, conversation: str) -> str:
        """A question about what was said long ago: about the name that the first half says most often, and only it."""
        if self.off or not conversation:
            return QUESTION
        from workbench.context.signals import signals_of
        from workbench.database.frames import conversation_turns

        found = conversation_turns(self.settings, conversation_id=conversation, tenant_id=self.settings.api.tenant)
        texts = [text or "" for text in found["text"]]
        half = len(texts) // 2
        early = Counter(name for text in texts[:half] for name in signals_of(text).names if name.istitle())
        late = " ".join(texts[half:]).casefold()
        names = [(-times, name) for name, times in early.items() if times > 1 and name.casefold() not in late]
        return f"What did we say about {min(names)[1]}?" if names else QUESTION

    def asked(
        self, conversation: str, *, question: str = "", model: str, window_tokens: int = 0, search: bool = True
    ) -> WindowView:
        """A conversation's window for a question, and why it is as it is.

        Parameters
        ----------
        conversation : str
        question : str
            Empty for one about what was said long ago.
        model : str
            Whose tokens are counted and whose format the window has.
        window_tokens : int
            Tokens of the whole window; 0 for a sixth of the conversation, but no more than the model takes.
        search : bool
            Whether older turns are searched for the question.
        """
        budget = self._budget(conversation, model=model, window_tokens=window_tokens)
        return WindowView(self.settings, conversation, question or self.question(conversation), model, budget, search)

    def talk(self, *, model: str, search: bool = True) -> TalkView:
        """The labelled talk, as this installation's engine deals with it."""
        strategy = strategy_of(self.settings.context.compression_type)
        return TalkView(model=model, strategy=strategy, search=search, off=self.off)

    def _budget(self, conversation: str, *, model: str, window_tokens: int) -> int:
        if window_tokens or self.off or not conversation:
            return window_tokens or LEAST_WINDOW
        from workbench.catalogue.models import default_budget

        found = self.longest(limit=_LISTED).filter(pl.col("conversation_id") == conversation)["token_count"]
        part = int(found[0]) // WINDOWS if len(found) else LEAST_WINDOW
        return max(LEAST_WINDOW, min(part, default_budget(model)))
