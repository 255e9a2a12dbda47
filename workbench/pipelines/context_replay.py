"""Give a stored conversation back within a budget, compressed as asked: what ``/v1/context/replay`` answers.

From PostgreSQL; with PostgreSQL gone from the conversation's records in Kafka.
"""

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.clock import rfc3339
from workbench.context.compression import Compressed, Summariser, compress, summarise
from workbench.context.turns import Turn
from workbench.errors import NotFoundError, StoreError
from workbench.extraction import extract
from workbench.pipelines.window_source import WindowSource

MOST_TURNS = 5_000
"""Turns of a conversation that are compressed, the newest: more take longer than a caller waits. The answer says how
many there are and how many were looked at."""

MOST_ENTITIES = 50
MOST_ENTITY_CHARS = 100_000
"""Characters of the answer that entities are looked for in."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """A conversation given back.

    Parameters
    ----------
    turns : tuple of Turn
        What was looked at.
    models : mapping
        Turn id -> the model that said it.
    compressed : Compressed
    message_count : int
        Turns that the conversation has.
    duration_ns : int
        Of the compression.
    source : {"postgresql", "kafka"}
    """

    turns: tuple[Turn, ...]
    models: dict[str, str]
    compressed: Compressed
    message_count: int
    duration_ns: int
    source: Literal["postgresql", "kafka"]

    def messages(self) -> list[dict[str, Any]]:
        """The original's keys: ``role``, ``content``, ``timestamp``, ``metadata`` with id, model and tokens.

        Of a block that stands for several turns the metadata lists their ids, and the time is that of the last one.
        """
        made = self.compressed
        by_id = {turn.turn_id: turn for turn in self.turns}
        shown = [by_id[one] for one in made.turn_ids]
        tail = shown[len(shown) - made.tail_turns :] if made.tail_turns else []
        head = shown[: len(shown) - len(tail)]
        found: list[dict[str, Any]] = []
        for message in made.messages[: len(made.messages) - len(tail)]:
            of_block: dict[str, Any] = {
                "message_id": None,
                "model": None,
                "tokens": None,
                "turn_ids": [turn.turn_id for turn in head],
            }
            found.append({**message, "timestamp": _time(head[-1]) if head else None, "metadata": of_block})
        for message, turn in zip(made.messages[len(made.messages) - len(tail) :], tail, strict=True):
            metadata = {
                "message_id": turn.turn_id,
                "model": self.models.get(turn.turn_id),
                "tokens": turn.tokens,
                "sequence": turn.sequence,
            }
            found.append({**message, "timestamp": _time(turn), "metadata": metadata})
        return found

    def entities(self) -> list[dict[str, Any]]:
        """What the answer names, most often first; ``importance`` is by the first one's mentions, 0 to 1."""
        spans = extract(self.compressed.kept_text[:MOST_ENTITY_CHARS])
        times = Counter(span.entity_id for span in spans)
        first = {span.entity_id: span for span in reversed(spans)}
        ranked = sorted(times, key=lambda entity: (-times[entity], entity))[:MOST_ENTITIES]
        most = times[ranked[0]] if ranked else 1
        return [
            {
                "id": entity,
                "name": first[entity].name,
                "type": first[entity].entity_type,
                "importance": times[entity] / most,
                "properties": {"mentions": times[entity]},
            }
            for entity in ranked
        ]

    def stats(self) -> dict[str, Any] | None:
        """The original's ``compression_stats``, and what each share is; None when nothing was compressed."""
        made = self.compressed
        if made.method == "verbatim":
            return None
        quality = made.quality
        return {
            "strategy": made.strategy_used,
            "original_messages": self.message_count,
            "compressed_messages": len(made.messages),
            "original_tokens": made.original_tokens,
            "compressed_tokens": made.token_count,
            "compression_ratio": made.ratio,
            "quality_score": quality.score,
            "duration": self.duration_ns,
            "method": made.method,
            "fallback": made.fallback or None,
            "considered_messages": len(self.turns),
            "quality": {
                "entities": quality.entities,
                "numbers": quality.numbers,
                "dates": quality.dates,
                "negations": quality.negations,
                "code": quality.code,
            },
        }


def _time(turn: Turn) -> str | None:
    return None if turn.occurred_at is None else rfc3339(turn.occurred_at)


def replay_context(
    source: WindowSource,
    *,
    tenant_id: str,
    conversation_id: str,
    max_tokens: int,
    strategy: str,
    query: str | None = None,
    summariser: Summariser | None = None,
) -> Replayed:
    """A conversation within a budget.

    Parameters
    ----------
    source : WindowSource
    tenant_id : str
        Whose; another tenant's conversation of the same id is never read.
    conversation_id : str
    max_tokens : int
        Most tokens of the answer's messages, the overhead of each included.
    strategy : str
        How it is shortened when it does not fit.
    query : str, optional
        What is preferred.
    summariser : Summariser, optional
        A model that shortens it; where it fails, sentences are chosen.

    Raises
    ------
    NotFoundError
        When the tenant has no such conversation.
    UsageError
        When there is no such strategy.
    StoreError
        When neither PostgreSQL nor Kafka can be asked.
    """
    turns, models, count, origin = _turns(source, tenant_id, conversation_id)
    if not turns:
        raise NotFoundError(f"no conversation {conversation_id[:100]!r} is stored")
    started = time.perf_counter_ns()
    if summariser is None:
        made = compress(turns, budget_tokens=max_tokens, strategy=strategy, query=query)
    else:
        made = summarise(turns, budget_tokens=max_tokens, strategy=strategy, query=query, summariser=summariser)
    return Replayed(tuple(turns), models, made, count, time.perf_counter_ns() - started, origin)


def _turns(
    source: WindowSource, tenant_id: str, conversation_id: str
) -> tuple[Sequence[Turn], dict[str, str], int, Literal["postgresql", "kafka"]]:
    try:
        found, count = source.replayable((tenant_id, conversation_id), turn_limit=MOST_TURNS)
    except StoreError:
        turns, _ = source.history.turns(tenant_id, conversation_id=conversation_id)
        return turns[-MOST_TURNS:], {}, len(turns), "kafka"
    models = {turn.turn_id: model for turn, model in found if model is not None}
    return [turn for turn, _ in found], models, count, "postgresql"
