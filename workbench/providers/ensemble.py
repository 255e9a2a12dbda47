"""``model: ensemble:<a>,<b>,<c>``: a bounded debate of several models about one answer.

In the first round every member answers the request. In later rounds it sees the others' answers. Then each votes, and
the answer with most votes is given. Members that answer from recordings cannot change their mind and cannot be asked
to vote: their answer stands from the first round on, and they vote for the answer most like their own, so that a debate
of them is the same each time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec

from workbench.clock import Clock, monotonic_s, utc_now
from workbench.errors import ProviderError
from workbench.providers.debate import (
    agreed,
    agreements,
    asked_vote,
    confidence_of,
    debate_prompt,
    told_vote,
    vote_prompt,
    winner_of,
)
from workbench.providers.ensemble_answer import EnsembleStream, answer_body
from workbench.providers.exchange import CallSource, Debate, Exchange, MemberCall, Provider, Question, Usage

PREFIX = "ensemble:"
MOST_ROUNDS = 4
"""A debate that has not settled by then does not: each round costs every member's tokens again."""

ROUNDS_FIELD = "ensemble_rounds"
"""Of a request's ``metadata``: how many rounds, as text."""

_REFUSED_FIELDS = ("tools", "functions", "tool_choice")
_VOTE_LEAVES_OUT = ("response_format", "stop", "logprobs", "top_logprobs", "max_tokens", "max_completion_tokens")
_encode = msgspec.json.Encoder().encode

CallMember = Callable[[Provider, Question], Awaitable[Exchange]]
"""Asks one member; the API's goes through the provider's circuit breaker."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its place from 1, its model, and who answers for it."""

    position: int
    model: str
    provider: Provider

    @property
    def replayed(self) -> bool:
        """Whether it answers from recordings."""
        return self.provider.source == "replay"


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
        debate = await _Run(self, question, body, rounds, started).debate()
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
        if not (isinstance(given, str) and given.isascii() and given.isdigit() and 1 <= int(given[:4]) <= MOST_ROUNDS):
            raise ProviderError(
                f"metadata.{ROUNDS_FIELD} is a number from 1 to {MOST_ROUNDS} as text, not {str(given)[:40]!r}",
                http_status=400,
                error_code="invalid_value",
            )
        return int(given)


class _Run:
    """One debate on its way."""

    def __init__(
        self, ensemble: EnsembleProvider, question: Question, body: Mapping[str, Any], rounds: int, started: float
    ) -> None:
        self._members, self._ask, self._clock = ensemble._members, ensemble._call, ensemble._clock
        self._deadline_s, self._until = ensemble._deadline_s, started + ensemble._deadline_s
        self._question, self._rounds = question, rounds
        own = {"stream", "stream_options", "n", "model", "metadata"}
        self._body = {name: value for name, value in body.items() if name not in own}
        metadata = {name: value for name, value in (body.get("metadata") or {}).items() if name != ROUNDS_FIELD}
        self._body |= {"metadata": metadata} if metadata else {}
        self._calls: list[MemberCall] = []

    async def debate(self) -> Debate:
        began = self._clock()
        answers: dict[int, MemberCall] = {}
        asked, done = self._members, 0
        for number in range(1, self._rounds + 1):
            found = await self._round(number, asked, _texts(answers))
            answers |= {one.position: one for one in found}
            done = number
            asked = tuple(
                one for one in asked if one.position in {call.position for call in found} and not one.replayed
            )
            settled = not asked or len(answers) < 2 or agreed(_texts(answers))
            if settled or monotonic_s() >= self._until:
                break
        texts = _texts(answers)
        if not texts:
            return self._outcome(began, done, None, 0.0)
        votes = await self._vote(done + 1, texts, asked) if len(texts) > 1 else []
        winner = winner_of(votes, texts)
        confidence = confidence_of(votes, winner, answered=len(texts), members=len(self._members))
        return self._outcome(began, done, answers[winner], confidence)

    def _outcome(self, began: datetime, rounds: int, winner: MemberCall | None, confidence: float) -> Debate:
        models = tuple(one.model for one in self._members)
        calls = tuple(sorted(self._calls, key=lambda one: (one.round, one.position)))
        return Debate(models, calls, rounds, winner, confidence, began, max(began, self._clock()))

    async def _round(self, number: int, members: Sequence[Member], seen: Mapping[int, str]) -> list[MemberCall]:
        def messages(member: Member) -> list[Mapping[str, Any]]:
            if not seen:
                return []
            own = {"role": "assistant", "content": seen[member.position]}
            return [own, {"role": "user", "content": debate_prompt(member.position, seen)}]

        made = await self._calls_of(number, members, messages, kind="answer")
        given = [one for one in made if one.exchange is not None and one.exchange.error is None and one.exchange.text]
        agreed_by = agreements(_texts({one.position: one for one in given}))
        found = [replace(one, confidence=agreed_by[one.position]) for one in given]
        self._calls += [*found, *(one for one in made if one not in given)]
        return found

    async def _vote(self, number: int, texts: Mapping[int, str], asked_last: Sequence[Member]) -> list[int]:
        """Everybody's vote: asked for, or told from the answers when that is not possible."""
        voters = [one for one in self._members if one.position in texts]
        live = [] if agreed(texts) else list(asked_last)
        ask = {"role": "user", "content": vote_prompt(texts)}
        made = await self._calls_of(number, live, lambda member: [ask], kind="vote")
        asked = {
            one.position: vote
            for one in made
            if one.exchange is not None
            and one.exchange.error is None
            and (vote := asked_vote(one.exchange.text, texts)) is not None
        }
        now = self._clock()
        votes: list[int] = []
        by_position = {one.position: one for one in made}
        for member in voters:
            vote = asked.get(member.position) or told_vote(member.position, texts)
            votes.append(vote)
            call = by_position.get(member.position) or MemberCall(
                number,
                member.position,
                member.provider.name,
                member.provider.source,
                "vote",
                None,
                now,
                now,
                member.model,
            )
            self._calls.append(replace(call, vote=vote))
        return votes

    async def _calls_of(
        self,
        number: int,
        members: Sequence[Member],
        more: Callable[[Member], list[Mapping[str, Any]]],
        *,
        kind: Any,
    ) -> list[MemberCall]:
        """All members at once, until the deadline."""
        left_s = self._until - monotonic_s()
        if not members or left_s <= 0:
            return []
        began = self._clock()
        questions = [self._question_of(one, more(one), kind) for one in members]
        tasks = [
            asyncio.ensure_future(self._timed(one, question)) for one, question in zip(members, questions, strict=True)
        ]
        try:
            await asyncio.wait(tasks, timeout=left_s)
        finally:
            late = [one for one in tasks if not one.done()]
            for one in late:
                one.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        made: list[MemberCall] = []
        for member, question, task in zip(members, questions, tasks, strict=True):
            exchange, ended = (self._too_late(question), self._clock()) if task.cancelled() else task.result()
            made.append(
                MemberCall(
                    number,
                    member.position,
                    member.provider.name,
                    member.provider.source,
                    kind,
                    exchange,
                    began,
                    max(began, ended),
                    member.model,
                )
            )
        return made

    async def _timed(self, member: Member, question: Question) -> tuple[Exchange, datetime]:
        return await self._ask(member.provider, question), self._clock()

    def _too_late(self, question: Question) -> Exchange:
        reason = f"no answer within the debate's {self._deadline_s:g} s (WORKBENCH_ENSEMBLE_DEADLINE_S)"
        error = ProviderError(reason, status="timeout", error_code="debate_deadline")
        return Exchange(question.body, None, question.model, error=error)

    def _question_of(self, member: Member, more: list[Mapping[str, Any]], kind: str) -> Question:
        left_out = _VOTE_LEAVES_OUT if kind == "vote" else ()
        body = {name: value for name, value in self._body.items() if name not in left_out}
        body |= {"model": member.model, "messages": [*self._body["messages"], *more]}
        # What a recorded conversation answers follows from the request's own turns alone.
        return replace(self._question, model=member.model, body=_encode(body), include_usage=False)


def _texts(answers: Mapping[int, MemberCall]) -> dict[int, str]:
    return {at: one.exchange.text for at, one in sorted(answers.items()) if one.exchange is not None}


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
