"""A small real HTTP server that answers like an OpenAI-compatible provider; the model's name chooses how."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

ANSWER = "Kafka keeps order within a partition — always."
HANG_S = 30.0
USAGE = {"prompt_tokens": 11, "completion_tokens": 9, "total_tokens": 20, "prompt_tokens_details": {"cached_tokens": 4}}


@dataclass
class Upstream:
    """What the server got, and where it is."""

    address: str
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)
    answers: dict[str, list[str | int]] = field(default_factory=dict)
    """Model -> what it says, one after the other; a number is an HTTP status instead."""


def _completion(model: str, answer: str = ANSWER) -> dict[str, Any]:
    message = {"role": "assistant", "content": answer}
    return {
        "id": "chatcmpl-upstream",
        "object": "chat.completion",
        "created": 1,
        "model": f"{model}-2026-01-01",
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": USAGE,
        "system_fingerprint": "kept as it is",
    }


def _chunks(model: str) -> list[bytes]:
    head = {"id": "chatcmpl-upstream", "object": "chat.completion.chunk", "created": 1, "model": f"{model}-2026-01-01"}
    pieces = [{"role": "assistant", "content": ""}, *({"content": word + " "} for word in ANSWER.split(" "))]
    chunks = [{**head, "choices": [{"index": 0, "delta": one, "finish_reason": None}]} for one in pieces]
    chunks.append({**head, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    chunks.append({**head, "choices": [], "usage": USAGE})
    return [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode() for chunk in chunks]


FAILURES = {
    "rate-limited": (429, {"error": {"message": "slow down", "code": "rate_limit_exceeded"}}, {"retry-after": "7"}),
    "filtered": (400, {"error": {"message": "not this", "code": "content_filter"}}, {}),
    "broken": (500, {"error": {"message": "boom", "type": "server_error"}}, {}),
    "wrong-key": (401, {"error": {"message": "bad key", "code": "invalid_api_key"}}, {}),
}


def _handler(upstream: Upstream) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Quiet."""

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            upstream.bodies.append(raw)
            upstream.headers.append({name.lower(): value for name, value in self.headers.items()})
            body = json.loads(raw)
            model = body["model"]
            if model in FAILURES:
                status, error, headers = FAILURES[model]
                self._send(status, json.dumps(error).encode(), headers)
            elif upstream.answers.get(model):
                said = upstream.answers[model].pop(0)
                if isinstance(said, int):
                    self._send(said, b"{}", {"retry-after": "3"})
                else:
                    self._send(200, json.dumps(_completion(model, said), ensure_ascii=False).encode(), {})
            elif model == "hang":
                upstream.release.wait(HANG_S)
            elif model == "not-json":
                self._send(200, b"<html>welcome</html>", {})
            elif model == "no-choices":
                self._send(200, b'{"object": "chat.completion", "choices": []}', {})
            elif body.get("stream"):
                self._stream(model)
            else:
                self._send(200, json.dumps(_completion(model), ensure_ascii=False, indent=1).encode(), {})

        def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in {"content-type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, model: str) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.send_header("connection", "close")
            self.end_headers()
            self.close_connection = True
            chunks = _chunks(model)
            if model == "cut-off":
                chunks = chunks[:3]
            elif model == "bad-chunk":
                chunks = [*chunks[:2], b"data: {nonsense\n\n"]
            elif model == "error-inside":
                chunks = [*chunks[:2], b'data: {"error": {"message": "overloaded", "code": "overloaded"}}\n\n']
            else:
                chunks.append(b"data: [DONE]\n\n")
            for number, chunk in enumerate(chunks):
                # Cut in the middle, as networks do.
                for piece in (chunk[:20], chunk[20:]):
                    self.wfile.write(piece)
                    self.wfile.flush()
                if model == "slow-stream" and number == 3:
                    upstream.release.wait(HANG_S)

    return Handler


@contextmanager
def openai_server() -> Iterator[Upstream]:
    """The server for the time of the block."""
    upstream = Upstream("")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(upstream))
    server.daemon_threads = True
    server.block_on_close = False
    upstream.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        upstream.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
