"""An ensemble's answer in OpenAI's shape, whole or in pieces, with what the debate came to."""

import time
import uuid
from dataclasses import replace
from typing import Any

import msgspec

from workbench.clock import monotonic_s
from workbench.providers.exchange import Debate, Exchange, MemberCall, Question, Usage
from workbench.providers.replay import ReplayStream


def debate_id_of(request_id: str) -> str:
    """Id of the debate of a request.

    Examples
    --------
    >>> debate_id_of("r1")
    'debate-r1'
    """
    return f"debate-{request_id or uuid.uuid4().hex}"


def _part(call: MemberCall) -> dict[str, Any]:
    error = None if call.exchange is None else call.exchange.error
    return {
        "round": call.round,
        "position": call.position,
        "kind": call.kind,
        "provider": call.provider,
        "model": call.model,
        "replay": call.source == "replay",
        "confidence": call.confidence,
        "vote": call.vote,
        "error": None if error is None else str(error)[:300],
    }


def outcome_body(debate: Debate, request_id: str) -> dict[str, Any]:
    """What a debate came to: members, rounds, votes, winner, confidence; replayed members are marked."""
    winner = debate.winner
    return {
        "debate_id": debate_id_of(request_id),
        "members": list(debate.members),
        "rounds": debate.rounds,
        "winner": None
        if winner is None
        else {
            "position": winner.position,
            "provider": winner.provider,
            "model": winner.model,
            "replay": winner.source == "replay",
        },
        "confidence": debate.confidence,
        "turns": [_part(one) for one in debate.calls],
    }


def answer_body(question: Question, debate: Debate, usage: Usage) -> dict[str, Any]:
    """A chat completion: the winner's choice and model, the tokens of all calls, and field ``ensemble``."""
    assert debate.winner is not None  # noqa: S101 - the caller has looked
    won = debate.winner.exchange
    assert won is not None  # noqa: S101 - an answer has a call
    prompt, output = usage.tokens_input or 0, usage.tokens_output or 0
    return {
        "id": f"chatcmpl-{question.request_id or uuid.uuid4().hex}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": won.model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": won.text, "refusal": None},
                "logprobs": None,
                "finish_reason": "stop",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output},
        "ensemble": outcome_body(debate, question.request_id),
    }


class EnsembleStream(ReplayStream):
    """The winner's answer in pieces; it is whole before the first one goes out."""

    def __init__(self, exchange: Exchange, *, include_usage: bool) -> None:
        answer = msgspec.json.decode(exchange.received or b"{}")
        super().__init__(exchange, answer, monotonic_s(), include_usage=include_usage)
        self._whole = exchange

    def exchange(self) -> Exchange:
        """The whole call; cut off when the iteration did not reach its end."""
        return replace(super().exchange(), debate=self._whole.debate)
