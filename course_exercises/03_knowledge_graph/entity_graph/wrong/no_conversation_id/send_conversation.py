"""Every request begins a conversation of its own."""


def send_conversation(client, conversation_id, questions):
    answers = []
    for question in questions:
        body = {"model": "replay:technical", "messages": [{"role": "user", "content": question}]}
        answers.append(client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"])
    return answers
