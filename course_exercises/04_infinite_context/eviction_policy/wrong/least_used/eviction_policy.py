"""LFU: what was used least goes."""


def evict(segments, budget_tokens):
    evicted = []
    for one in sorted(segments, key=lambda one: (not one.pinned, -one.uses, one.age_tokens)):
        if one.tokens <= budget_tokens:
            budget_tokens -= one.tokens
        else:
            evicted.append(one.number)
    return evicted
