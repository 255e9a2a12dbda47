"""A seeded model of LLM traffic, for whoever has no log of their own. Every call is marked ``synthetic``.

What each distribution is taken from:

- tokens in and out: log-normal, fitted to the conversation part of the Azure LLM inference trace 2023
  (19,366 requests; mean and deviation of the logarithms 6.63/0.99 and 5.02/0.86);
- time to first token and time per output token by provider and model: log-normal around the medians of
  LLMPerf's published measurements of December 2023 (about 150 requests each; refused ones left out);
- refusals: LLMPerf saw 392 refusals in 2,845 requests, nearly all at one provider; here every provider
  refuses a share of its calls, the assumption being 1 %, and a tenth of that each for errors and timeouts;
- prices: 1.00, 0.25 and 0.15 USD a million tokens for 70, 13 and 7 billion parameters, as Anyscale listed
  them in December 2023, taken for every provider;
- arrivals: a Poisson process of constant rate (the Azure trace spans one hour and says nothing of days);
- users: Zipf with exponent 1.1 over 200 (an assumption).
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from workbench.events.codec import make_event
from workbench.events.envelope import Event, event_id_of
from workbench.events.payloads import CallStatus, LlmCall, RawBody

NAME = "synthetic"


@dataclass(frozen=True, slots=True)
class Served:
    """One model at one provider: medians of LLMPerf's measurements, seconds, and deviations of logarithms."""

    provider: str
    model: str
    size: str
    ttft_s: float
    ttft_deviation: float
    token_s: float
    token_deviation: float


SERVED: tuple[Served, ...] = (
    Served("anyscale", "llama-2-7b-chat", "7b", 0.204, 0.20, 0.0188, 0.05),
    Served("anyscale", "llama-2-13b-chat", "13b", 0.202, 0.19, 0.0078, 0.12),
    Served("anyscale", "llama-2-70b-chat", "70b", 0.213, 0.26, 0.0146, 0.22),
    Served("fireworks", "llama-2-7b-chat", "7b", 0.331, 0.22, 0.0125, 0.05),
    Served("fireworks", "llama-2-13b-chat", "13b", 0.498, 0.19, 0.0233, 0.03),
    Served("fireworks", "llama-2-70b-chat", "70b", 0.517, 0.24, 0.0244, 0.07),
    Served("groq", "llama-2-70b-chat", "70b", 0.222, 0.19, 0.0053, 0.09),
    Served("perplexity", "llama-2-70b-chat", "70b", 0.366, 0.24, 0.0330, 0.14),
    Served("replicate", "llama-2-13b-chat", "13b", 5.648, 0.78, 0.0610, 0.48),
    Served("replicate", "llama-2-70b-chat", "70b", 1.188, 1.06, 0.0969, 0.41),
    Served("together", "llama-2-7b-chat", "7b", 0.519, 0.23, 0.0132, 0.12),
    Served("together", "llama-2-70b-chat", "70b", 0.635, 0.14, 0.0153, 0.13),
)
USD_PER_MILLION_TOKENS = {"7b": 0.15, "13b": 0.25, "70b": 1.0}

_TOKENS_IN = (6.633, 0.985)
_TOKENS_OUT = (5.019, 0.859)
_CONTEXT_TOKENS = 4096
_USERS = 200
_ZIPF_EXPONENT = 1.1
_OUTCOMES: tuple[tuple[CallStatus, int | None, str | None, float], ...] = (
    ("refused", 429, "rate_limited", 0.01),
    ("error", 500, "server_error", 0.001),
    ("timeout", None, "timeout", 0.001),
)


def _outcome(draw: float) -> tuple[CallStatus, int | None, str | None]:
    for status, http_status, code, share in _OUTCOMES:
        if draw < share:
            return status, http_status, code
        draw -= share
    return "ok", 200, None


def synthetic_calls(count: int, *, seed: int, until: datetime, hours: float = 24.0) -> Iterator[Event]:
    """Calls over the hours before `until`, oldest first.

    Parameters
    ----------
    count : int
        Number of calls.
    seed : int
        The same seed, count and `until` give the same events, ids included.
    until : datetime
        End of the window, exclusive.
    hours : float
        Length of the window.
    """
    draw = random.Random(f"{seed}/{count}/{until.isoformat()}")  # noqa: S311 - a model of traffic, not a secret
    users = list(itertools.accumulate(1 / rank**_ZIPF_EXPONENT for rank in range(1, _USERS + 1)))
    seconds = sorted(draw.random() * hours * 3600 for _ in range(count))
    start = until - timedelta(hours=hours)
    for number, second in enumerate(seconds):
        user = draw.choices(range(_USERS), cum_weights=users)[0]
        row = f"{seed}/{count}/{until.isoformat()}/{number}".encode()
        yield _event(draw, row, start + timedelta(seconds=second), f"user-{user:03d}")


def _event(draw: random.Random, row: bytes, started_at: datetime, user_id: str) -> Event:
    served = draw.choice(SERVED)
    tokens_in = min(_CONTEXT_TOKENS, max(1, round(draw.lognormvariate(*_TOKENS_IN))))
    tokens_out = min(_CONTEXT_TOKENS, max(1, round(draw.lognormvariate(*_TOKENS_OUT))))
    ttft_s = draw.lognormvariate(math.log(served.ttft_s), served.ttft_deviation)
    token_s = draw.lognormvariate(math.log(served.token_s), served.token_deviation)
    status, http_status, error_code = _outcome(draw.random())
    ok = status == "ok"
    event_id = event_id_of(NAME, row)
    request = msgspec.json.encode({"model": served.model, "user": user_id, "synthetic_prompt_tokens": tokens_in})
    usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out}
    response = msgspec.json.encode({"model": served.model, "usage": usage} if ok else {"error": {"code": error_code}})
    call = LlmCall(
        call_id=event_id[:32],
        provider=served.provider,
        model=served.model,
        operation="stream",
        started_at=started_at,
        latency_ms=(ttft_s + tokens_out * token_s) * 1000 if ok else None,
        ttft_ms=ttft_s * 1000 if ok else None,
        tokens_input=tokens_in,
        tokens_output=tokens_out if ok else None,
        cost_usd=(tokens_in + tokens_out) * USD_PER_MILLION_TOKENS[served.size] / 1e6 if ok else None,
        status=status,
        error_code=error_code,
        http_status=http_status,
        request=RawBody.of(request),
        response=RawBody.of(response),
        source=NAME,
    )
    return make_event(
        "llm.call.completed",
        call,
        event_id=event_id,
        occurred_at=started_at,
        conversation_id=f"call:{call.call_id}",
        session_id=f"{NAME}:{user_id}",
        user_id=user_id,
    )
