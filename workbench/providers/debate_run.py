"""How a debate runs: rounds of answers, then votes, all members at once, until the deadline."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import msgspec

from workbench.clock import Clock, monotonic_s
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
from workbench.providers.exchange import Debate, Exchange, MemberCall, Provider, Question

ROUNDS_FIELD = "ensemble_rounds"
"""Of a request's ``metadata``: how many rounds, as text."""

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


class DebateRun:
    """One debate on its way.

    Parameters
    ----------
    members : sequence of Member
    call : callable
        How a member is asked.
    question : Question
        The request's.
    body : mapping
        The request as it goes to providers.
    rounds : int
    deadline_s : float
        From now on.
    clock : callable
    """

    def __init__(
        self,
        members: Sequence[Member],
        call: CallMember,
        question: Question,
        body: Mapping[str, Any],
        *,
        rounds: int,
        deadline_s: float,
        clock: Clock,
    ) -> None:
        self._members, self._ask, self._clock = tuple(members), call, clock
        self._deadline_s, self._until = deadline_s, monotonic_s() + deadline_s
        self._question, self._rounds = question, rounds
        own = {"stream", "stream_options", "n", "model", "metadata"}
        self._body = {name: value for name, value in body.items() if name not in own}
        metadata = {name: value for name, value in (body.get("metadata") or {}).items() if name != ROUNDS_FIELD}
        self._body |= {"metadata": metadata} if metadata else {}
        self._calls: list[MemberCall] = []

    async def debate(self) -> Debate:
        """Rounds of answers, then the vote."""
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
        kind: Literal["answer", "vote"],
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
