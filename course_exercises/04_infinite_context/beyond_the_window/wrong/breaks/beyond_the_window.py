"""Reads the answer from the wrong place."""


def prove(client, settings, conversation_id, turns, question, window_tokens):
    body = {"model": "replay:technical", "messages": [{"role": "user", "content": question}]}
    return {"answer": client.post("/v1/chat/completions", json=body).json()["answer"]}
