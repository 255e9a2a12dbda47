"""Asks the last question first."""


def send_conversation(client, conversation_id, questions):
    answers = []
    for question in reversed(questions):
        body = {
            "model": "replay:technical",
            "messages": [{"role": "user", "content": question}],
            "conversation_id": conversation_id,
        }
        answers.append(client.post("/v1/chat/completions", json=body).json()["choices"][0]["message"]["content"])
    return answers
