"""Any address that speaks OpenAI's chat completions: HelixAgent, OpenAI, vLLM, Ollama and others.

The request's and the answer's bytes pass through unchanged; neither they nor the key are ever logged.
"""

import asyncio
import ipaddress
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx
import msgspec

from workbench.clock import monotonic_s
from workbench.errors import ProviderError
from workbench.providers.exchange import CallSource, Exchange, Question
from workbench.providers.failures import malformed, provider_error, transport_error
from workbench.providers.openai_wire import EventSplitter, StreamedAnswer, answer_text, event_data, usage_of

MAX_CONNECTIONS = 200
"""More waiting calls than this queue inside httpx, within the same timeout."""

_DONE_DATA = b"[DONE]"


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


class OpenAICompatibleStream:
    """A streamed answer, passed on event by event as it arrives."""

    def __init__(
        self, provider: "OpenAICompatibleProvider", question: Question, response: httpx.Response, started: float
    ) -> None:
        self._provider = provider
        self._question = question
        self._response = response
        self._started = started
        self._received = bytearray()
        self._answer = StreamedAnswer()
        self._ttft_ms: float | None = None
        self._latency_ms: float | None = None
        self._error: ProviderError | None = ProviderError("the client left before the end", error_code="client_closed")

    async def __aiter__(self) -> AsyncIterator[bytes]:
        cut = EventSplitter()
        try:
            async for piece in self._response.aiter_bytes():
                self._received += piece
                for event in cut.feed(piece):
                    data = event_data(event)
                    if data == _DONE_DATA:
                        self._finish()
                        return
                    if data and not self._take(data):
                        return
                    yield event
            self._error = ProviderError(
                f"{self._provider.name} ended the stream before its end", http_status=200, error_code="stream_cut_off"
            )
        except httpx.HTTPError as error:
            self._error = transport_error(self._provider.name, error, self._provider.timeout_s)
        finally:
            await self._response.aclose()

    def _take(self, data: bytes) -> bool:
        try:
            told = self._answer.add(data)
        except (msgspec.DecodeError, UnicodeDecodeError):
            self._error = malformed(self._provider.name, "a chunk that is not JSON")
            return False
        if self._answer.error is not None:
            self._error = provider_error(self._provider.name, 200, msgspec.json.encode({"error": self._answer.error}))
            return False
        if told and self._ttft_ms is None:
            self._ttft_ms = (monotonic_s() - self._started) * 1000
        return True

    def _finish(self) -> None:
        self._latency_ms = (monotonic_s() - self._started) * 1000
        self._error = None

    def exchange(self) -> Exchange:
        """The whole call, with every byte that came."""
        return Exchange(
            sent=self._question.body,
            received=bytes(self._received),
            media_type="text/event-stream",
            model=self._answer.model or self._question.model,
            text=self._answer.whole_text(),
            usage=self._answer.usage,
            latency_ms=self._latency_ms,
            ttft_ms=self._ttft_ms if self._error is None else None,
            http_status=200,
            error=self._error,
        )

    async def aclose(self) -> None:
        """Give up the connection."""
        await self._response.aclose()


class OpenAICompatibleProvider:
    """One base URL with its key.

    Parameters
    ----------
    name : str
        Recorded as the call's provider, e.g. the host's name.
    base_url : str
        Ends before ``/chat/completions``, e.g. ``https://api.openai.com/v1``.
    key : str
        Sent as a bearer token; empty for none.
    timeout_s : float
        Seconds to wait for the whole answer, of a stream for its next byte.
    """

    source: CallSource = "api"

    def __init__(self, name: str, *, base_url: str, key: str = "", timeout_s: float = 60.0) -> None:
        self.name = name
        self.timeout_s = timeout_s
        # "identity": what is recorded is then what came over the wire.
        headers = {"content-type": "application/json", "accept-encoding": "identity"}
        if key:
            headers["authorization"] = f"Bearer {key}"
        self._address = base_url.rstrip("/") + "/chat/completions"
        self._client = httpx.AsyncClient(
            headers=headers,
            timeout=timeout_s,
            limits=httpx.Limits(max_connections=MAX_CONNECTIONS),
            trust_env=not _is_loopback(base_url),  # a company's proxy is honoured, but never for this machine
        )

    def _request(self, question: Question) -> httpx.Request:
        return self._client.build_request("POST", self._address, content=question.body)

    def _failed(self, question: Question, error: ProviderError, response: httpx.Response | None = None) -> Exchange:
        return Exchange(
            sent=question.body,
            received=None if response is None else response.content,
            model=question.model,
            media_type="application/json" if response is None else response.headers.get("content-type", ""),
            http_status=error.http_status,
            retry_after=None if response is None else response.headers.get("retry-after"),
            error=error,
        )

    async def complete(self, question: Question) -> Exchange:
        """Ask and wait for the whole answer."""
        started = monotonic_s()
        try:
            async with asyncio.timeout(self.timeout_s):  # httpx counts anew with every byte that trickles in
                response = await self._client.send(self._request(question))
        except (httpx.HTTPError, TimeoutError) as error:
            return self._failed(question, transport_error(self.name, error, self.timeout_s))
        if response.status_code != httpx.codes.OK:
            return self._failed(question, provider_error(self.name, response.status_code, response.content), response)
        return self._read(question, response, (monotonic_s() - started) * 1000)

    def _read(self, question: Question, response: httpx.Response, latency_ms: float) -> Exchange:
        try:
            body = msgspec.json.decode(response.content)
            message = body["choices"][0]["message"]
        except (msgspec.DecodeError, UnicodeDecodeError):
            return self._failed(question, malformed(self.name, "not JSON"), response)
        except (KeyError, IndexError, TypeError):
            return self._failed(question, malformed(self.name, "no choices[0].message"), response)
        model = body.get("model")
        return Exchange(
            sent=question.body,
            received=response.content,
            model=model if isinstance(model, str) and model else question.model,
            text=answer_text(message),
            usage=usage_of(body.get("usage")),
            latency_ms=latency_ms,
            http_status=response.status_code,
        )

    async def stream(self, question: Question) -> OpenAICompatibleStream | Exchange:
        """Ask for a stream; an `Exchange` when the provider refused or failed before its first byte."""
        started = monotonic_s()
        try:
            response = await self._client.send(self._request(question), stream=True)
            if response.status_code != httpx.codes.OK:
                await response.aread()
                return self._failed(
                    question, provider_error(self.name, response.status_code, response.content), response
                )
        except httpx.HTTPError as error:
            return self._failed(question, transport_error(self.name, error, self.timeout_s))
        return OpenAICompatibleStream(self, question, response, started)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()
