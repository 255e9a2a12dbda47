"""Throws the answers away."""


def send_conversation(client, conversation_id, questions):
    for question in questions:
        body = {
            "model": "replay:technical",
            "messages": [{"role": "user", "content": question}],
            "conversation_id": conversation_id,
        }
        client.post("/v1/chat/completions", json=body)
