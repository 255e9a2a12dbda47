"""A debate as it is recorded: an id per member's call, and the payload of ``debate.completed`` (pure)."""

from datetime import timedelta

from workbench.events.payloads import DebateCompleted, DebateTurn
from workbench.providers.exchange import Debate, MemberCall

TOPIC_CHARS = 200
"""Of the question that a debate is about: enough to know it again in a list."""


def member_call_id(call_id: str, one: MemberCall) -> str:
    """Id of a member's call.

    Parameters
    ----------
    call_id : str
        Of the request.
    one : MemberCall
    """
    return f"{call_id}-r{one.round}m{one.position}"


def _turn(call_id: str, one: MemberCall, winner: int | None) -> DebateTurn:
    exchange = one.exchange
    error = None if exchange is None else exchange.error
    usage = None if exchange is None else exchange.usage
    known = [] if usage is None else [n for n in (usage.tokens_input, usage.tokens_output) if n is not None]
    return DebateTurn(
        round=one.round,
        position=one.position,
        provider=one.provider,
        model=one.model if exchange is None else exchange.model,
        kind=one.kind,
        response_time_ms=None if exchange is None or error else exchange.latency_ms,
        tokens_used=sum(known) if known and error is None else None,
        confidence=one.confidence,
        vote=one.vote,
        error=None if error is None else (error.error_code or error.status)[:100],
        won=one.kind == "answer" and one.position == winner and error is None,
        source=one.source,
        call_id=None if exchange is None else member_call_id(call_id, one),
    )


def debate_payload(debate: Debate, *, debate_id: str, call_id: str, topic: str) -> DebateCompleted:
    """What ``debate.completed`` says: outcome, participants, and who did what in each round.

    Parameters
    ----------
    debate : Debate
    debate_id, call_id : str
        Of the debate, and of the request that it answers.
    topic : str
        The question, after redaction.
    """
    winner = debate.winner
    turns = [_turn(call_id, one, winner.position if winner else None) for one in debate.calls]
    names: dict[int, str] = {}
    for one, turn in zip(debate.calls, turns, strict=True):
        names.setdefault(one.position, f"{turn.provider}/{turn.model}")
    won = None if winner is None or winner.exchange is None else winner.exchange.model
    tokens = [turn.tokens_used for turn in turns if turn.tokens_used is not None]
    return DebateCompleted(
        debate_id=debate_id,
        topic=topic[:TOPIC_CHARS],
        rounds=debate.rounds,
        winner=None if winner is None else f"{winner.provider}/{won}",
        confidence=debate.confidence,
        participants=[names[position] for position in sorted(names)],
        winner_provider=None if winner is None else winner.provider,
        winner_model=won,
        outcome="error" if winner is None else "successful",
        started_at=debate.started_at,
        completed_at=debate.ended_at,
        duration_ms=(debate.ended_at - debate.started_at) / timedelta(milliseconds=1),
        total_tokens=sum(tokens) if tokens else None,
        turns=turns,
    )
