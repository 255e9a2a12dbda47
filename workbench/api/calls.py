"""Calls to providers, each through its circuit breaker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack

from workbench.errors import BreakerOpenError, ProviderError
from workbench.providers.ensemble import EnsembleProvider
from workbench.providers.exchange import ChatStream, Exchange, Provider, Question
from workbench.resilience.breaker import CircuitBreaker
from workbench.resilience.breakers import CircuitBreakers

ENSEMBLE = EnsembleProvider.name

_OWN_MISTAKES = frozenset({400, 404, 413, 422})
"""Statuses about one request: the provider is there, and the next request may be fine."""


def counts_as_failure(error: ProviderError) -> bool:
    """Whether an error says something about the provider rather than about this one request.

    Examples
    --------
    >>> counts_as_failure(ProviderError("m", http_status=500)), counts_as_failure(ProviderError("m", http_status=400))
    (True, False)
    """
    if error.error_code == "client_closed":
        return False
    refused_content = error.status == "refused" and error.http_status != 429
    return not refused_content and error.http_status not in _OWN_MISTAKES


def _not_called(question: Question, error: BreakerOpenError) -> Exchange:
    wait_s = max(1, round(error.retry_after_s))
    return Exchange(
        sent=question.body,
        received=None,
        model=question.model,
        retry_after=str(wait_s),
        error=ProviderError(
            f"the provider kept failing and is not asked for {wait_s} s more; try then, or another model",
            error_code="breaker_open",
        ),
    )


def _raise_if_failed(exchange: Exchange) -> None:
    if exchange.error is not None and counts_as_failure(exchange.error):
        raise exchange.error


class GuardedStream:
    """A provider's stream whose end is told to the breaker."""

    def __init__(self, stream: ChatStream, guarded: ExitStack) -> None:
        self._stream = stream
        self._guarded = guarded

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            with self._guarded:
                async for event in self._stream:
                    yield event
                _raise_if_failed(self._stream.exchange())
        except ProviderError:
            return  # the breaker has seen it; the exchange tells

    def exchange(self) -> Exchange:
        """The whole call."""
        return self._stream.exchange()

    async def aclose(self) -> None:
        """Give up the connection; to the breaker the call says nothing then."""
        await self._stream.aclose()
        cancelled = asyncio.CancelledError()
        self._guarded.__exit__(type(cancelled), cancelled, None)


class ProviderCalls:
    """Calls providers, one breaker for each.

    Parameters
    ----------
    breakers : CircuitBreakers
    """

    def __init__(self, breakers: CircuitBreakers) -> None:
        self._breakers = breakers

    def breaker(self, provider: Provider) -> CircuitBreaker:
        """The provider's breaker."""
        return self._breakers.of(f"provider:{provider.name}", excluded=())

    async def complete(self, provider: Provider, question: Question) -> Exchange:
        """The whole answer; when the breaker is open, an exchange that says so.

        An ensemble has no breaker of its own: each of its members' providers has one.
        """
        if provider.name == ENSEMBLE:
            return await provider.complete(question)
        try:
            with self.breaker(provider).guard():
                exchange = await provider.complete(question)
                _raise_if_failed(exchange)
        except BreakerOpenError as error:
            return _not_called(question, error)
        except ProviderError:
            return exchange
        return exchange

    async def stream(self, provider: Provider, question: Question) -> GuardedStream | Exchange:
        """A stream, or an exchange with its error when there will be none."""
        if provider.name == ENSEMBLE:
            answered = await provider.stream(question)
            return answered if isinstance(answered, Exchange) else GuardedStream(answered, ExitStack())
        guarded = ExitStack()
        try:
            guarded.enter_context(self.breaker(provider).guard())
        except BreakerOpenError as error:
            return _not_called(question, error)
        try:
            with guarded:
                found = await provider.stream(question)
                if isinstance(found, Exchange):
                    _raise_if_failed(found)
                    return found
                return GuardedStream(found, guarded.pop_all())
        except ProviderError:
            assert isinstance(found, Exchange)  # noqa: S101 - only an exchange is raised above
            return found
