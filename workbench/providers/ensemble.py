"""``model: ensemble:<a>,<b>,<c>``: a bounded debate of several models about one answer.

In the first round every member answers the request. In later rounds it sees the others' answers. Then each votes, and
the answer with most votes is given. Members that answer from recordings cannot change their mind and cannot be asked
to vote: their answer stands from the first round on, and they vote for the answer most like their own, so that a debate
of them is the same each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec

from workbench.catalogue.models import default_budget
from workbench.clock import Clock, monotonic_s, utc_now
from workbench.errors import ProviderError
from workbench.providers.debate_run import ROUNDS_FIELD, CallMember, DebateRun, Member
from workbench.providers.ensemble_answer import EnsembleStream, answer_body
from workbench.providers.exchange import CallSource, Debate, Exchange, Question, Usage

PREFIX = "ensemble:"
MOST_ROUNDS = 4
"""A debate that has not settled by then does not: each round costs every member's tokens again."""

_REFUSED_FIELDS = ("tools", "functions", "tool_choice")
_encode = msgspec.json.Encoder().encode


def _invalid(message: str) -> ProviderError:
    return ProviderError(message, http_status=400, error_code="invalid_ensemble")


def member_models(model: str, *, most: int) -> list[str]:
    """The members' models that an ensemble's name lists.

    Raises
    ------
    ProviderError
        400 when there are fewer than two or more than `most`, or one is empty or an ensemble itself.

    Examples
    --------
    >>> member_models("ensemble:gpt-4o, replay:technical", most=5)
    ['gpt-4o', 'replay:technical']
    """
    found = [one.strip() for one in model.removeprefix(PREFIX).split(",")]
    if not all(found):
        raise _invalid(f"{model[:100]!r} has an empty member; write ensemble:<model>,<model>[,…]")
    if not 2 <= len(found) <= most:
        raise _invalid(f"an ensemble has 2 to {most} members, not {len(found)} (WORKBENCH_ENSEMBLE_MAX_MEMBERS)")
    if any(one.startswith(PREFIX) for one in found):
        raise _invalid("a member of an ensemble cannot be an ensemble")
    return found


def narrowest_model(model: str) -> str:
    """The model for whose window a request is built: of an ensemble the live member with the smallest one.

    Examples
    --------
    >>> narrowest_model("ensemble:gpt-4o,gpt-4,replay"), narrowest_model("gpt-4o")
    ('gpt-4', 'gpt-4o')
    """
    if not model.startswith(PREFIX):
        return model
    found = [one.strip() for one in model.removeprefix(PREFIX).split(",")]
    live = [one for one in found if one != "replay" and not one.startswith("replay:")]  # recordings see no window
    return min(live or found, key=default_budget)


class EnsembleProvider:
    """Answers by a debate of its members.

    Parameters
    ----------
    members : sequence of Member
    call : callable
        How a member is asked.
    rounds : int
        Unless the request says otherwise.
    deadline_s : float
        For the whole debate; whoever is not done is left out.
    clock : callable
    """

    name = "ensemble"

    def __init__(
        self, members: Sequence[Member], *, call: CallMember, rounds: int, deadline_s: float, clock: Clock = utc_now
    ) -> None:
        self._members = tuple(members)
        self._call = call
        self._rounds = rounds
        self._deadline_s = deadline_s
        self._clock = clock
        self.source: CallSource = "replay" if all(one.replayed for one in members) else "api"

    async def complete(self, question: Question) -> Exchange:
        """The winner's answer, with the debate behind it; an error when no member answered."""
        started = monotonic_s()
        try:
            body: dict[str, Any] = msgspec.json.decode(question.body)
            rounds = self._rounds_of(body)
        except ProviderError as error:
            return Exchange(question.body, None, question.model, http_status=error.http_status, error=error)
        debate = await DebateRun(
            self._members,
            self._call,
            question,
            body,
            rounds=rounds,
            deadline_s=self._deadline_s,
            clock=self._clock,
        ).debate()
        latency_ms = (monotonic_s() - started) * 1000
        if debate.winner is None or debate.winner.exchange is None:
            return Exchange(question.body, None, question.model, error=_nobody(debate), debate=debate)
        won = debate.winner.exchange
        usage = _total(debate)
        return replace(
            won,
            sent=question.body,
            received=_encode(answer_body(question, debate, usage)),
            media_type="application/json",
            usage=usage,
            latency_ms=latency_ms,
            ttft_ms=None,
            debate=debate,
        )

    async def stream(self, question: Question) -> EnsembleStream | Exchange:
        """The winner's answer in pieces, once it is known."""
        exchange = await self.complete(question)
        if exchange.error is not None or exchange.received is None:
            return exchange
        return EnsembleStream(exchange, include_usage=question.include_usage)

    async def aclose(self) -> None:
        """Nothing of its own is open."""

    def _rounds_of(self, body: Mapping[str, Any]) -> int:
        used = [name for name in _REFUSED_FIELDS if body.get(name)]
        if used:
            raise ProviderError(
                f"an ensemble does not call tools; leave out {', '.join(used)}",
                http_status=400,
                error_code="unsupported",
            )
        given = (body.get("metadata") or {}).get(ROUNDS_FIELD)
        if given is None:
            return self._rounds
        told = isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 4
        if not (told and 1 <= int(given) <= MOST_ROUNDS):
            raise ProviderError(
                f"metadata.{ROUNDS_FIELD} is a number from 1 to {MOST_ROUNDS} as text, not {str(given)[:40]!r}",
                http_status=400,
                error_code="invalid_value",
            )
        return int(given)


def _total(debate: Debate) -> Usage:
    used = [one.exchange.usage for one in debate.calls if one.exchange is not None]

    def total(values: list[int | None]) -> int | None:
        known = [one for one in values if one is not None]
        return sum(known) if known else None

    return Usage(
        total([one.tokens_input for one in used]),
        total([one.tokens_output for one in used]),
        total([one.tokens_cached for one in used]),
    )


def _nobody(debate: Debate) -> ProviderError:
    """Why there is no answer: each member's reason, with the first one's status."""
    errors = [(one, one.exchange.error) for one in debate.calls if one.exchange is not None]
    reasons = "; ".join(f"{one.model}: {error or 'an empty answer'}" for one, error in errors)
    first = next((error for _, error in errors if error is not None), None)
    return ProviderError(
        f"no member of the ensemble answered ({reasons or 'the time was over before the first call'})",
        status=first.status if first else "timeout",
        http_status=first.http_status if first else None,
        error_code="ensemble_failed",
    )
