"""The HTTP service in a thread of the test, on a free port, with an installation of its own."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from workbench.api.server import bind, make_server
from workbench.api.service import Service
from workbench.events.codec import decode_event, decode_payload
from workbench.events.envelope import Event
from workbench.events.payloads import LlmCall, Message
from workbench.health.probes import Rhythm
from workbench.settings import load_settings

START_S = 20.0
FEATURES = (
    *("INFINITE_CONTEXT", "DISTRIBUTED_MEMORY", "KNOWLEDGE_GRAPH"),
    *("ANALYTICS", "CROSS_LEARNING", "DATA_LAKE"),
)


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Running:
    """A running service and a client with its token; what it recorded is counted from `begin` on."""

    address: str
    service: Service
    client: httpx.Client
    after: int = 0

    def begin(self) -> "Running":
        """Forget what was recorded until now."""
        self.after = self.service.outbox.last_sequence()
        return self

    def chat(self, body: Any = None, *, content: bytes | None = None, **more: Any) -> httpx.Response:
        """One chat completion."""
        return self.client.post("/v1/chat/completions", json=body, content=content, **more)

    def events(self) -> list[Event]:
        """What the outbox has, in order."""
        return [decode_event(one.body) for one in self.service.outbox.pending(10_000, after=self.after)]

    def messages(self) -> list[tuple[str, str]]:
        """Role and text of each recorded turn."""
        found = [decode_payload(one) for one in self.events() if one.event_type == "message.added"]
        return [(one.role, one.text) for one in found if isinstance(one, Message)]

    def calls(self) -> list[LlmCall]:
        """Each recorded call."""
        found = [decode_payload(one) for one in self.events() if one.event_type == "llm.call.completed"]
        return [one for one in found if isinstance(one, LlmCall)]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Everything switched off, Kafka on a port where nobody listens."""
    return {
        "WORKBENCH_HOME": str(home),
        "BIGDATA_KAFKA_BOOTSTRAP_SERVERS": f"127.0.0.1:{closed_port()}",
        **{f"BIGDATA_ENABLE_{name}": "false" for name in FEATURES},
        **more,
    }


@contextmanager
def running_service(home: Path, *, rhythm: Rhythm | None = None, stack: bool = False, **more: str) -> Iterator[Running]:
    """The service for the time of the block; with `stack` on the servers of the home's ``connections.json``."""
    environ = {"WORKBENCH_HOME": str(home), **more} if stack else environment(home, **more)
    service = Service(load_settings(environ), rhythm=rhythm)
    with bind("127.0.0.1", 0) as listening:
        server = make_server(service)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        until = time.monotonic() + START_S
        while not server.started:
            assert thread.is_alive()
            assert time.monotonic() < until, "the service did not start"
            time.sleep(0.01)
        token = (home / "api-token").read_text()
        headers = {"authorization": f"Bearer {token}"}
        try:
            with httpx.Client(base_url=address, headers=headers, timeout=20.0, trust_env=False) as client:
                yield Running(address, service, client)
        finally:
            server.should_exit = True
            thread.join(60.0)
            assert not thread.is_alive(), "the service did not stop"


def wait_until(condition: Any, *, within_s: float = 15.0) -> None:
    """Come back as soon as a condition holds."""
    until = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < until, "the condition did not come true in time"
        time.sleep(0.02)
