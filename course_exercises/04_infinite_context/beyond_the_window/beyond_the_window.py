"""Outgrow a window, ask for something from the beginning, and prove that it is in the window."""

import time
from typing import Any

import httpx

from workbench.pipelines.window import build_window
from workbench.settings import Settings

MODEL = "replay:technical"  # answers from recorded conversations: no provider and no key are needed
WAIT_S = 30.0


def prove(
    client: httpx.Client, settings: Settings, conversation_id: str, turns: list[str], question: str, window_tokens: int
) -> dict[str, Any]:
    """Send the turns one by one, wait until they are stored, build the question's window, and ask.

    Each request holds its one new message and nothing else: the past is the context engine's business. What was said
    reaches PostgreSQL a moment after the answer.

    Parameters
    ----------
    client : httpx.Client
        Knows the service's address and token. ``POST /v1/chat/completions`` takes ``model``, ``messages`` and
        ``conversation_id``; ``GET /v1/context/segments/{conversation_id}`` gives what is stored (404 as long as nothing
        is): ``segments``, each with ``turn_count`` and ``token_count``.
    settings : Settings
        What ``build_window`` reads from; ``settings.api.tenant`` is whose conversation it is.
    conversation_id : str
    turns : list of str
        What the user says, in order; each gets an answer.
    question : str
        What the user asks at the end.
    window_tokens : int
        Tokens of the window (``budget_tokens``): a third of what is said.

    Returns
    -------
    dict
        stored_tokens (int): of all stored turns before the question. window_tokens, left_out_turns (int): the window's
        ``token_count`` and ``dropped_turns``. found_turns (list of int): ``sequence`` of each of its ``citations``
        whose ``kind`` is ``evidence``. answer (str): what the model says to the question, asked in the conversation.
    """

    # TODO: send everything, wait until it is stored, build the window, ask
    return {}
