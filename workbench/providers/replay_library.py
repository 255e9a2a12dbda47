"""Finds the assistant's next turn in recorded conversations, by id and by what the user said (pure but for reading)."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.providers.recordings import Recording, recordings


def message_text(message: Mapping[str, Any]) -> str:
    """The text of a request's message, whose content may be text or a list of parts."""
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


class Library:
    """Recorded conversations of one set, found by id and by what the user said; read on first use."""

    def __init__(self, set_name: str) -> None:
        self.set_name = set_name
        self._lock = threading.Lock()
        self._by_id: dict[str, Recording] | None = None
        self._by_text: dict[str, list[tuple[str, int]]] = {}

    def load(self) -> dict[str, Recording]:
        """Conversation id -> recording.

        Raises
        ------
        ProviderError
            When the set does not exist or its package is not installed.
        """
        with self._lock:
            if self._by_id is None:
                found = {one.conversation_id: one for one in recordings(self.set_name)}
                for one in found.values():
                    said = [turn.text for turn in one.turns if turn.role == "user"]
                    for number, text in enumerate(said):
                        self._by_text.setdefault(text, []).append((one.conversation_id, number))
                self._by_id = found
            return self._by_id

    def answer(self, said: Sequence[str], recording_id: str | None) -> str | None:
        """The turn that follows the user's last one.

        Parameters
        ----------
        said : sequence of str
            The user's turns of the request, in order.
        recording_id : str or None
            A recorded conversation; when this set has it, only that one is looked at.

        Returns
        -------
        str or None
            None when nothing matches.
        """
        by_id = self.load()
        if not said:
            return None
        if recording_id is not None and recording_id in by_id:
            return _answer_within(by_id[recording_id], said)
        found = self._by_text.get(said[-1], [])
        for conversation_id, number in sorted(found, key=lambda one: one[1] != len(said) - 1):
            text = _answer_after(by_id[conversation_id], number)
            if text is not None:
                return text
        return None


def _answer_after(recording: Recording, number: int) -> str | None:
    """The assistant's turn right after the user's turn of that number."""
    seen = -1
    for turn, following in zip(recording.turns, recording.turns[1:], strict=False):
        seen += turn.role == "user"
        if turn.role == "user" and seen == number:
            return following.text if following.role == "assistant" else None
    return None


def _answer_within(recording: Recording, said: Sequence[str]) -> str | None:
    """By number and text; else by text (a client that sends only its newest turn); else by number."""
    texts = [turn.text for turn in recording.turns if turn.role == "user"]
    number = len(said) - 1
    if not (number < len(texts) and texts[number] == said[-1]) and said[-1] in texts:
        number = texts.index(said[-1])
    return _answer_after(recording, number)
