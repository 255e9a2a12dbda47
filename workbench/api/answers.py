"""Answers kept under their ``Idempotency-Key``, so that a client's retry gets the same one."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.api.errors import Refusal

KEPT_ANSWERS = 2_000
KEPT_BYTES = 64 * 1024
"""Longer answers are not kept: a retry then asks the provider again, and its events change nothing."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it was sent."""

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


class KeptAnswers:
    """The latest answers of this process by request id.

    Examples
    --------
    >>> kept = KeptAnswers()
    >>> kept.begin("r1", b"{}") is None
    True
    >>> kept.end("r1", Answer(b"hello", "text/plain"))
    >>> kept.begin("r1", b"{}").body
    b'hello'
    """

    def __init__(self, *, keep: int = KEPT_ANSWERS) -> None:
        self._keep = keep
        self._running: dict[str, bytes] = {}
        self._kept: OrderedDict[str, tuple[bytes, Answer]] = OrderedDict()

    def begin(self, request_id: str, body: bytes) -> Answer | None:
        """The kept answer, or None when the request must be made now; `end` must follow then.

        Raises
        ------
        Refusal
            409 while the first request with this key still runs; 422 when its body was another one.
        """
        digest = hashlib.sha256(body).digest()
        known = self._running.get(request_id) or (self._kept[request_id][0] if request_id in self._kept else None)
        if known is not None and known != digest:
            raise Refusal(
                422,
                "this Idempotency-Key was used for a request with another body; use a new key for a new request",
                code="idempotency_key_reused",
            )
        if request_id in self._running:
            raise Refusal(409, "the first request with this Idempotency-Key still runs", code="idempotency_key_in_use")
        if request_id in self._kept:
            return self._kept[request_id][1]
        self._running[request_id] = digest
        return None

    def end(self, request_id: str, answer: Answer | None) -> None:
        """The request ended; None when there is no answer to keep."""
        digest = self._running.pop(request_id, None)
        if digest is None or answer is None or len(answer.body) > KEPT_BYTES:
            return
        self._kept[request_id] = (digest, answer)
        while len(self._kept) > self._keep:
            self._kept.popitem(last=False)
