"""How much of a conversation's last window begins the next one: what a provider's prompt cache can use again."""

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

KEPT_WINDOWS = 10_000
"""Conversations whose last window is remembered, by a digest of 16 bytes a message."""


def _digest(message: Mapping[str, Any]) -> bytes:
    written = json.dumps(message, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(written.encode(), digest_size=16).digest()


class Prefixes:
    """The last window of each conversation of this process; for many threads.

    Parameters
    ----------
    keep : int
        Most conversations.

    Examples
    --------
    Of two messages of 6 tokens each the first begins the next window, too:

    >>> seen = Prefixes()
    >>> print(seen.ratio(("t", "c", "m"), [{"a": 1}, {"a": 2}], lambda one: 6))
    None
    >>> seen.ratio(("t", "c", "m"), [{"a": 1}, {"a": 3}], lambda one: 6)
    0.5
    """

    def __init__(self, *, keep: int = KEPT_WINDOWS) -> None:
        self._keep = keep
        self._lock = threading.Lock()
        self._windows: OrderedDict[tuple[str, str, str], list[tuple[bytes, int]]] = OrderedDict()

    def ratio(
        self,
        key: tuple[str, str, str],
        messages: Sequence[Mapping[str, Any]],
        tokens_of: Callable[[Mapping[str, Any]], int],
    ) -> float | None:
        """Tokens of the beginning that this window shares with the one before it, by all tokens of that one.

        Parameters
        ----------
        key : tuple of str
            Tenant, conversation, model.
        messages : sequence of mapping
            The window.
        tokens_of : callable
            Tokens of one message.

        Returns
        -------
        float or None
            0 to 1; None for the first window of a conversation since this process began.
        """
        window = [(_digest(message), tokens_of(message)) for message in messages]
        with self._lock:
            before = self._windows.pop(key, None)
            self._windows[key] = window
            while len(self._windows) > self._keep:
                self._windows.popitem(last=False)
        if before is None:
            return None
        same = 0
        for (old, tokens), (new, _) in zip(before, window, strict=False):
            if old != new:
                break
            same += tokens
        whole = sum(tokens for _, tokens in before)
        return same / whole if whole else 1.0
