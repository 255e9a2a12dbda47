"""Answers from recorded conversations: the assistant's next turn, as somebody once said it.

It says what it is: ``model`` is ``replay:<set>``, and the API adds a header.
"""

import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import msgspec

from workbench.catalogue.tokens import MESSAGE_OVERHEAD_TOKENS, count_tokens
from workbench.clock import monotonic_s
from workbench.errors import ProviderError
from workbench.providers.exchange import CallSource, Exchange, Question, Usage
from workbench.providers.openai_wire import DONE, sse
from workbench.providers.recordings import SETS
from workbench.providers.replay_library import Library, message_text

PREFIX = "replay"
PIECE_WORDS = 4
"""Words per chunk of a streamed answer: a few chunks even for a short one."""

_encode = msgspec.json.Encoder().encode


class ReplayStream:
    """A replayed answer in pieces, in the shape of OpenAI's chunks."""

    def __init__(self, exchange: Exchange, answer: Mapping[str, Any], started: float, *, include_usage: bool) -> None:
        self._exchange = exchange
        self._answer = answer
        self._started = started
        self._include_usage = include_usage
        self._sent = b""
        self._ttft_ms: float | None = None
        self._latency_ms: float | None = None

    def _chunks(self) -> Iterator[dict[str, Any]]:
        words = self._exchange.text.split(" ")
        pieces = [" ".join(words[at : at + PIECE_WORDS]) for at in range(0, len(words), PIECE_WORDS)]
        deltas: list[tuple[dict[str, str], str | None]] = [({"role": "assistant", "content": ""}, None)]
        deltas += [({"content": f" {piece}" if number else piece}, None) for number, piece in enumerate(pieces)]
        deltas.append(({}, "stop"))
        head = {name: self._answer[name] for name in ("id", "created", "model")}
        head["object"] = "chat.completion.chunk"
        usage = {"usage": None} if self._include_usage else {}
        for delta, finish in deltas:
            yield {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **usage}
        if self._include_usage:
            yield {**head, "choices": [], "usage": self._answer["usage"]}

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._chunks():
            event = sse(chunk)
            self._sent += event
            if self._ttft_ms is None and chunk["choices"] and chunk["choices"][0]["delta"].get("content"):
                self._ttft_ms = (monotonic_s() - self._started) * 1000
            yield event
        self._latency_ms = (monotonic_s() - self._started) * 1000

    def exchange(self) -> Exchange:
        """The whole call; cut off when the iteration did not reach its end."""
        cut = self._latency_ms is None
        return Exchange(
            sent=self._exchange.sent,
            received=self._sent + (b"" if cut else DONE),
            media_type="text/event-stream",
            model=self._exchange.model,
            text=self._exchange.text,
            usage=self._exchange.usage,
            latency_ms=self._latency_ms,
            ttft_ms=self._ttft_ms,
            http_status=200,
            error=ProviderError("the client left before the end", error_code="client_closed") if cut else None,
        )

    async def aclose(self) -> None:
        """Nothing is held open."""


class ReplayProvider:
    """Answers from recorded conversations.

    Models: ``replay:chitchat``, ``replay:technical``, and ``replay`` for whichever set matches.
    """

    name = "replay"
    source: CallSource = "replay"

    def __init__(self) -> None:
        self._libraries = {set_name: Library(set_name) for set_name in SETS}

    def warm(self) -> None:
        """Read all sets now, so that the first request does not wait for it (about a second)."""
        for library in self._libraries.values():
            library.load()

    def _libraries_of(self, model: str) -> list[Library]:
        _, colon, set_name = model.partition(":")
        if not colon:
            return list(self._libraries.values())
        if set_name not in self._libraries:
            raise ProviderError(
                f"no recorded set {set_name!r}; models: replay, {', '.join(f'replay:{one}' for one in SETS)}",
                http_status=404,
                error_code="model_not_found",
            )
        return [self._libraries[set_name]]

    def _find(self, question: Question) -> tuple[str, str]:
        said = [message_text(one) for one in question.messages if one.get("role") == "user"]
        wanted = question.recording or question.conversation_id
        libraries = self._libraries_of(question.model)
        owning = [library for library in libraries if wanted in library.load()]
        for library in owning or libraries:
            text = library.answer(said, wanted)
            if text is not None:
                return library.set_name, text
        where = (
            f"recording {wanted!r}" if owning else f"no recording matches the last user turn, and {wanted!r} is none"
        )
        raise ProviderError(
            f"nothing was recorded after user turn {len(said)} ({where}); "
            "give metadata.recording the id of a recorded conversation and send its user turns",
            http_status=404,
            error_code="recording_not_found",
        )

    def _answer(self, question: Question) -> tuple[Exchange, dict[str, Any], float]:
        started = monotonic_s()
        try:
            set_name, text = self._find(question)
        except ProviderError as error:
            return (
                Exchange(question.body, None, question.model, http_status=error.http_status, error=error),
                {},
                started,
            )
        model = f"{PREFIX}:{set_name}"
        prompt = sum(count_tokens(message_text(one)) + MESSAGE_OVERHEAD_TOKENS for one in question.messages)
        output = count_tokens(text)
        answer = {
            "id": f"chatcmpl-{uuid.uuid4().hex}",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": model,
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": text, "refusal": None},
                    "logprobs": None,
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": prompt, "completion_tokens": output, "total_tokens": prompt + output},
        }
        exchange = Exchange(
            sent=question.body,
            received=_encode(answer),
            model=model,
            text=text,
            usage=Usage(prompt, output),
            latency_ms=(monotonic_s() - started) * 1000,
            http_status=200,
        )
        return exchange, answer, started

    async def complete(self, question: Question) -> Exchange:
        """The recorded answer."""
        return self._answer(question)[0]

    async def stream(self, question: Question) -> ReplayStream | Exchange:
        """The recorded answer in pieces."""
        exchange, answer, started = self._answer(question)
        return (
            exchange
            if exchange.error
            else ReplayStream(exchange, answer, started, include_usage=question.include_usage)
        )

    async def aclose(self) -> None:
        """Nothing is held open."""
