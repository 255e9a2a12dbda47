"""What goes back to the client: the provider's own bytes, whole or event by event."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import anyio
from fastapi.responses import Response, StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from workbench.api.answers import Answer
from workbench.api.calls import GuardedStream
from workbench.api.errors import Refusal, error_body, failure_body, failure_status
from workbench.providers.exchange import Exchange
from workbench.providers.openai_wire import DONE
from workbench.telemetry.logs import get_logger

EVENT_STREAM = "text/event-stream"
log = get_logger(__name__)


def debate_headers(exchange: Exchange) -> dict[str, str]:
    """Of an ensemble's answer: whether the winner answered from a recording."""
    won = None if exchange.debate is None else exchange.debate.winner
    return {"x-workbench-replay": "true"} if won is not None and won.source == "replay" else {}


def whole_response(exchange: Exchange, headers: Mapping[str, str]) -> Response:
    """An answer as the provider sent it, or its failure in OpenAI's shape."""
    headers = {**headers, **debate_headers(exchange)}
    if exchange.error is None:
        return Response(exchange.received, 200, dict(headers), exchange.media_type)
    status = 503 if exchange.error.error_code == "breaker_open" else failure_status(exchange.error)
    more = {} if exchange.retry_after is None else {"retry-after": exchange.retry_after}
    return Response(failure_body(exchange.error), status, {**headers, **more}, "application/json")


class RecordedStream(StreamingResponse):
    """Passes a stream on as it comes; its last event goes out only after the exchange is recorded.

    Parameters
    ----------
    stream : GuardedStream
    headers : mapping
    record : callable
        Makes the exchange durable; raises `Refusal` when that is not possible.
    ended : callable
        Called once at the end with the whole answer, or None when it is not complete.
    """

    def __init__(
        self,
        stream: GuardedStream,
        headers: Mapping[str, str],
        *,
        record: Callable[[Exchange], Awaitable[None]],
        ended: Callable[[Answer | None], None],
    ) -> None:
        # Without buffering by proxies in front, or the pieces arrive all at once.
        headers = {**headers, **debate_headers(stream.exchange())}
        super().__init__(self._pieces(), 200, {**headers, "x-accel-buffering": "no"}, EVENT_STREAM)
        self._stream = stream
        self._own_headers = dict(headers)
        self._record = record
        self._ended = ended
        self._recorded = False
        self._answer: Answer | None = None

    async def _pieces(self) -> AsyncIterator[bytes]:
        sent: list[bytes] = []
        async for event in self._stream:
            sent.append(event)
            yield event
        exchange = self._stream.exchange()
        self._recorded = True
        try:
            await self._record(exchange)
        except Refusal as refusal:
            body = error_body(str(refusal.detail), code=refusal.code, kind=refusal.kind)
            yield b"data: " + body + b"\n\n"
            return
        if exchange.error is not None:
            yield b"data: " + failure_body(exchange.error) + b"\n\n"
            return
        self._answer = Answer(b"".join([*sent, DONE]), EVENT_STREAM, self._own_headers)
        yield DONE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream; a client that leaves ends it, and what came until then is recorded."""
        try:
            await super().__call__(scope, receive, send)
        except ClientDisconnect:
            log.info("client left a stream", request_id=self._own_headers.get("x-request-id"))
        finally:
            with anyio.CancelScope(shield=True):
                await self._finish()

    async def _finish(self) -> None:
        try:
            if not self._recorded:
                await self._stream.aclose()
                await self._record(self._stream.exchange())
        except Refusal as refusal:
            log.error("cut-off stream not recorded", reason=str(refusal.detail))
        finally:
            self._ended(self._answer)
