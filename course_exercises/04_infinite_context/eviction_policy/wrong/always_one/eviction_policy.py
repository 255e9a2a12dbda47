"""Lets the oldest go even when there is room."""


def evict(segments, budget_tokens):
    ranked = sorted(segments, key=lambda one: (one.pinned, one.number))
    evicted, left = [], sum(one.tokens for one in segments)
    for one in ranked:
        if not evicted or left > budget_tokens:
            evicted.append(one.number)
            left -= one.tokens
    return evicted
