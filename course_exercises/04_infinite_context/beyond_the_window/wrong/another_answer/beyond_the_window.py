"""Gives the answer to what was said before."""

import time

from workbench.pipelines.window import build_window

MODEL = "replay:technical"


def say(client, text, **body):
    whole = {"model": MODEL, "messages": [{"role": "user", "content": text}], **body}
    return client.post("/v1/chat/completions", json=whole).raise_for_status().json()["choices"][0]["message"]["content"]


def stored_tokens(client, conversation_id, count):
    until, stored = time.monotonic() + 30, []
    while sum(one["turn_count"] for one in stored) < count and time.monotonic() < until:
        time.sleep(0.1)
        found = client.get(f"/v1/context/segments/{conversation_id}")
        stored = found.json()["segments"] if found.is_success else []
    return sum(one["token_count"] for one in stored)


def send(client, conversation_id, turns):
    for text in turns:
        say(client, text, conversation_id=conversation_id)
    return stored_tokens(client, conversation_id, 2 * len(turns))


def built(settings, conversation_id, question, **budget):
    return build_window(
        settings,
        tenant_id=settings.api.tenant,
        conversation_id=conversation_id,
        messages=[{"role": "user", "content": question}],
        model=MODEL,
        **budget,
    )


def report(window, stored, answer, kinds=("evidence",)):
    return {
        "stored_tokens": stored,
        "window_tokens": window.token_count,
        "left_out_turns": window.dropped_turns,
        "found_turns": [one.sequence for one in window.citations if one.kind in kinds],
        "answer": answer,
    }


def prove(client, settings, conversation_id, turns, question, window_tokens):
    stored = send(client, conversation_id, turns)
    window = built(settings, conversation_id, question, budget_tokens=window_tokens)
    say(client, question, conversation_id=conversation_id)
    return report(window, stored, say(client, turns[-1]))
