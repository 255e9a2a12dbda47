"""Put a window together from a conversation's turns, wherever they come from. Pure but for what the source reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.context.blocks import document_block, evidence_block, pinned_block
from workbench.context.formatting import openai_messages
from workbench.context.layout import (
    DOCUMENT_RATIO,
    NO_BLOCK,
    PAST_RATIO,
    PINNED_RATIO,
    RECENT_RATIO,
    Block,
    Chunk,
    Citation,
    Kind,
)
from workbench.context.merging import unsent
from workbench.context.requests import RequestMessage, blocks_of
from workbench.context.sources import Ask, Newest, Past
from workbench.context.turns import Turn
from workbench.context.window import FittedRequest, newest_that_fit, stepped_start, turn_cost

TOKENS_A_HIT = 25
"""So many turns are searched for that turns of this length would fill the block: small talk is about as short."""

MOST_HITS = 400
LEAST_TURNS = 20
LEAST_LINE_TOKENS = 20
"""Tokens of a found turn's line, on the low side: more turns than would fit at this length are not even read."""

NEIGHBOURS = 2
"""Turns before and after one that was found that follow it where there is room: an answer stands by its question."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What goes into a window beside the request."""

    system: Turn | None = None
    pinned: Block = NO_BLOCK
    past: Block = NO_BLOCK
    recent: tuple[Turn, ...] = ()
    evidence: Block = NO_BLOCK
    documents: Block = NO_BLOCK
    message_count: int = 0
    sent_sequences: tuple[int, ...] = ()

    def citations(self) -> Iterator[Citation]:
        """What came from where, in the window's order."""
        if self.system is not None:
            yield Citation("pinned", self.system.turn_id, self.system.sequence)
        yield from self.pinned.citations
        yield from self.past.citations
        yield from (Citation("recent", turn.turn_id, turn.sequence) for turn in self.recent)
        yield from self.evidence.citations
        yield from self.documents.citations

    def split(self, ask: Ask) -> dict[Kind, int]:
        """Tokens by part; their sum is the window's."""
        return {
            "pinned": self.pinned.tokens + (ask.cost(self.system) if self.system else 0),
            "past": self.past.tokens,
            "recent": sum(map(ask.cost, self.recent)),
            "evidence": self.evidence.tokens,
            "documents": self.documents.tokens,
            "request": ask.request.token_count,
        }

    def messages(self, request: FittedRequest) -> list[dict[str, Any]]:
        """OpenAI's shape: what is pinned, past, recent turns, the request's talk, evidence, documents, the question."""
        wire = [dict(message.wire) for message in request.messages]
        talk = [message for message in request.messages[request.opening :] if message.role != "system"]
        last = len(blocks_of(talk)[-1]) if talk else 0
        question = len(wire) - last
        return [
            *wire[: request.opening],
            *openai_messages([self.system] if self.system else []),
            *self.pinned.messages(),
            *self.past.messages(),
            *openai_messages(self.recent),
            *wire[request.opening : question],
            *self.evidence.messages(),
            *self.documents.messages(),
            *wire[question:],
        ]


def _share(ratio: float, budget: int, available: int) -> int:
    """A part's tokens: its share of the window, halved until it is at most three quarters of what is available.

    In halves and not in proportion, so that a longer question does not move everything before it.
    """
    tokens = int(budget * ratio)
    while tokens > available * 3 // 4 and tokens > 0:
        tokens //= 2
    return tokens


def _own_talk(messages: Sequence[RequestMessage]) -> int:
    talk = [message for message in messages if message.role != "system"]
    return sum(message.tokens for block in blocks_of(talk)[:-1] for message in block)


def _system(newest: Newest, ask: Ask, free: int) -> Turn | None:
    """The stored instructions, unless the request brings its own."""
    system = newest.system
    if system is None or ask.cost(system) > free or any(one.role == "system" for one in ask.request.messages):
        return None
    return system


def assemble(source: Past, ask: Ask, *, chunks: Sequence[Chunk]) -> Parts:
    """The parts of a window; together with the request they fit its budget.

    Parameters
    ----------
    source : Past
    ask : Ask
    chunks : sequence of Chunk
        Of documents, best first.
    """
    newest = source.newest(ask.budget_tokens)
    free = ask.budget_tokens - ask.request.token_count
    system = _system(newest, ask, free)
    free -= ask.cost(system) if system else 0
    documents = document_block(
        chunks, budget_tokens=min(int(ask.budget_tokens * DOCUMENT_RATIO), free // 2), count=ask.count
    )
    free -= documents.tokens
    history = unsent(newest.turns, ask.request.messages)
    sent = tuple(turn.sequence for turn in newest.turns[len(history) :]) if len(history) < len(newest.turns) else ()
    if newest.complete and sum(map(ask.cost, history)) <= free:
        return Parts(
            system, recent=tuple(history), documents=documents, message_count=newest.message_count, sent_sequences=sent
        )
    pinned = pinned_block(
        source.pinned(), budget_tokens=min(int(ask.budget_tokens * PINNED_RATIO), free // 4), count=ask.count
    )
    free -= pinned.tokens
    recent = _recent(newest, history, ask, free)
    free -= sum(map(ask.cost, recent))
    before = recent[0].sequence if recent else (history[-1].sequence + 1 if history else _first(newest, sent))
    past_tokens = _share(PAST_RATIO, ask.budget_tokens, free)
    past = source.shortened(before, budget_tokens=past_tokens, ask=ask)
    free -= past.tokens
    shown = {turn.sequence for turn in recent} | set(sent) | {one.sequence for one in pinned.citations}
    evidence = _evidence(source, ask, free, before=before, shown=shown)
    return Parts(system, pinned, past, tuple(recent), evidence, documents, newest.message_count, sent)


def _first(newest: Newest, sent: Sequence[int]) -> int:
    """The place before which everything is older than what was sent."""
    return min(sent) if sent else 2**62


def _recent(newest: Newest, history: Sequence[Turn], ask: Ask, free: int) -> list[Turn]:
    """The newest turns, from a beginning that moves only in steps; the client's own talk counts as newest, too."""
    budget = _share(RECENT_RATIO, ask.budget_tokens, free)
    own = _own_talk(ask.request.messages)
    costs = [turn_cost(turn) for turn in history]
    sent = sum(turn_cost(turn) for turn in newest.turns) - sum(costs)
    place = stepped_start([*costs, own], total=newest.total_tokens - sent + own, budget_tokens=budget)
    return newest_that_fit(history[place:], budget_tokens=min(free, max(budget * 2, 0)), tokenizer=ask.tokenizer)


def _evidence(source: Past, ask: Ask, room: int, *, before: int, shown: set[int]) -> Block:
    """What was found for the question, then its neighbours, then what weighs most."""
    hits = (
        source.find(ask.query, min(MOST_HITS, max(10, room // TOKENS_A_HIT))) if ask.query.strip() and room > 0 else []
    )
    ranked = [hit.sequence for hit in hits if hit.sequence not in shown]
    near = [
        sequence + offset
        for distance in range(1, NEIGHBOURS + 1)
        for sequence in ranked
        for offset in (distance, -distance)
    ]
    order = [one for one in dict.fromkeys((*ranked, *near)) if one > 0 and one not in shown]
    order = order[: max(LEAST_TURNS, room // LEAST_LINE_TOKENS)]  # more cannot fit
    places = {sequence: rank for rank, sequence in enumerate(order)}
    found = sorted(source.turns(order), key=lambda turn: places[turn.sequence]) if order else []
    found = [turn for turn in found if turn.role != "system"]
    spare = room - sum(map(ask.cost, found))
    if spare > room // 8:
        known = shown | {turn.sequence for turn in found}
        found += [turn for turn in source.weightiest(before, spare) if turn.sequence not in known]
    sent = {(message.role, message.text) for message in ask.request.messages if message.role != "system"}
    if len(sent) > 1:  # a lone question may be an old one again, a whole talk is not to be told twice
        found = [turn for turn in found if (turn.role, turn.text) not in sent]
    scores = {hit.sequence: hit.score for hit in hits}
    return evidence_block(found, budget_tokens=room, query=ask.query, count=ask.count, scores=scores)
