"""Send a conversation of several turns through the chat API."""

import httpx

MODEL = "replay:technical"  # answers from recorded conversations: no provider and no key are needed


def send_conversation(client: httpx.Client, conversation_id: str, questions: list[str]) -> list[str]:
    """Ask the questions one after the other, in one conversation; give the answers.

    Parameters
    ----------
    client : httpx.Client
        Knows the service's address and token: ``client.post("/v1/chat/completions", json={...})``.
    conversation_id : str
        Goes into each request, beside ``model`` and ``messages``.
    questions : list of str
        What the user says, in order.

    Returns
    -------
    list of str
        One answer per question: ``choices[0].message.content``.
    """
    answers: list[str] = []
    # TODO: post every question with the conversation so far, and keep the answers
    return answers
