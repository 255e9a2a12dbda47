"""Stops after the first question."""


def send_conversation(client, conversation_id, questions):
    body = {
        "model": "replay:technical",
        "messages": [{"role": "user", "content": questions[0]}],
        "conversation_id": conversation_id,
    }
    return [client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"]]
